namespace GanKit.Tests.PyTorchParity;

/// <summary>The MLP GAN against real PyTorch: Fixtures/mlp.py.</summary>
public class MlpParityTests
{
    [Fact]
    public void ForwardAndBackward_FromTheSameSeed_AreThoseOfPyTorch()
    {
        using var scope = NewDisposeScope();
        var fixture = Fixture.Load("mlp");
        manual_seed(5);
        var generator = new MlpGenerator((2, 3, 4), latentSize: 6);
        var discriminator = new MlpDiscriminator((2, 3, 4));

        var images = generator.call(fixture["latents"]);
        TensorAssert.Close(fixture["images"], images.reshape(7, 24).detach());
        var logits = discriminator.call(images);
        TensorAssert.Close(fixture["logits"], logits.detach());
        logits.sum().backward();
        TensorAssert.Close(fixture["first_gradient"], generator.parameters().First().grad!, relative: 1e-4);

        generator.eval();
        TensorAssert.Close(fixture["evaluated"], generator.call(fixture["latents"]).reshape(7, 24).detach());
    }
}
