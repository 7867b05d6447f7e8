namespace GanKit.Tests.PyTorchParity;

/// <summary>The MLP GAN against real PyTorch: Fixtures/mlp.py.</summary>
public class MlpParityTests
{
    [Fact]
    public void Networks_FromTheSameSeed_AreThoseOfPyTorch()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var generator = new MlpGenerator((2, 3, 4), latentSize: 6);
        var discriminator = new MlpDiscriminator((2, 3, 4));

        foreach (var (name, network) in new (string, nn.Module)[] { ("generator", generator), ("discriminator", discriminator) })
            NetworkDigest.Close(
                Fixture.Load("mlp")[$"{name}.fresh"],
                NetworkDigest.Of(network.named_parameters().Select(p => (p.name, (Tensor)p.parameter))), noise: 0, Truth.Draws);
        ModuleParity.Check("mlp", "generator", generator, latents => generator.call(latents).reshape(7, 24));
        ModuleParity.Check("mlp", "discriminator", discriminator, images => discriminator.call(images.reshape(7, 2, 3, 4)));
    }
}
