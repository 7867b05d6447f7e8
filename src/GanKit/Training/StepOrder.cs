namespace GanKit;

/// <summary>Which network is updated first in a step that updates both.</summary>
public enum StepOrder
{
    /// <summary>The discriminator first, then the generator: DCGAN, WGAN-GP, SNGAN. The default.</summary>
    DiscriminatorFirst,

    /// <summary>The generator first, then the discriminator on the same fakes: pix2pix and CycleGAN.</summary>
    GeneratorFirst,
}
