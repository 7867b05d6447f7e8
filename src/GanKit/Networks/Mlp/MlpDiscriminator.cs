using GanKit.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// The discriminator of the original GAN in its common form: fully connected, 512 and 256 units wide.
/// </summary>
/// <remarks>
/// LeakyReLU of slope 0.2 follows both hidden layers; there is no normalisation, and no sigmoid at the end. With
/// 1 x 28 x 28 images it has 533,505 parameters; its state keys are <c>model.0.weight</c> ... <c>model.4.bias</c>. A
/// fresh network keeps PyTorch's default initialisation.
/// <para>Goodfellow et al.: Generative Adversarial Networks, NeurIPS 2014, arXiv:1406.2661.</para>
/// </remarks>
[Samplewise]
public sealed class MlpDiscriminator : Module<Tensor, Tensor>, IRebuildable
{
    [ComponentName(Name = "model")]
    private readonly Sequential _model;

    /// <summary>Builds the network on the CPU, in training mode.</summary>
    /// <param name="imageShape">Channels, height and width of the images; 1 x 28 x 28 for MNIST.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public MlpDiscriminator((long Channels, long Height, long Width) imageShape)
        : base(NativeBackend.For(nameof(MlpDiscriminator)))
    {
        ImageShape = imageShape;
        _model = Sequential(
            Layer.Linear(NetworkGuard.CountPixels(imageShape, nameof(imageShape)), 512), new LeakyLayer(0.2, inplace: true),
            Layer.Linear(512, 256), new LeakyLayer(0.2, inplace: true),
            Layer.Linear(256, 1));
        RegisterComponents();
    }

    /// <summary>Channels, height and width of the images.</summary>
    public (long Channels, long Height, long Width) ImageShape { get; }

    /// <summary>Judges images.</summary>
    /// <param name="images">(B, C, H, W) of this network's <see cref="ImageShape"/>.</param>
    /// <returns>Logits (B, 1), before any sigmoid: the higher, the more real.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public override Tensor forward(Tensor images)
    {
        var (channels, height, width) = ImageShape;
        NetworkGuard.RequireImages(images, channels, height, width, nameof(MlpDiscriminator));
        using var pixels = images.flatten(1); // (B, C * H * W)
        return _model.call(pixels); // (B, 1)
    }

    nn.Module IRebuildable.Rebuild() => new MlpDiscriminator(ImageShape);
}
