using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Inference;

public class InferenceNetworkTests
{
    [Fact]
    public void Call_OnceTheModeChanges_KeepsThatOfItsMaking()
    {
        using var scope = NewDisposeScope();
        using var network = new UnetGenerator(downs: 2, width: 2) { InferenceMode = InferenceMode.RunningStatistics };
        using var fast = network.ForInference();
        var input = randn(2, 3, 8, 8) + 1;
        network.InferenceMode = InferenceMode.BatchStatistics;
        var images = fast.call(input);

        network.eval();
        TensorAssert.Close(network.call(input).detach(), images, absolute: 1e-5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Call_AfterTheNetworkWasConverted_ComputesAsBefore(bool disposed)
    {
        using var scope = NewDisposeScope();
        using var network = Make();
        using var fast = network.ForInference(Make);
        var latents = randn(2, 4);
        network.eval();
        var expected = network.call(latents).detach();
        network.to(float64);
        if (disposed)
            network.Dispose();

        var images = fast.call(latents.to(float64));

        Assert.Equal(float32, images.dtype);
        TensorAssert.Close(expected, images, absolute: 1e-5);

        static TorchSharp.Modules.Sequential Make() => Sequential(
            new DcganGenerator(16, width: 2, latentSize: 4), new SpectralNormConv2d(3, 8, 1),
            new SnganDiscriminatorBlock(8, 8, downsample: true));
    }

    [Fact]
    public void ForInference_OfWhatIsDisposed_SaysWhatToDo()
    {
        using var scope = NewDisposeScope();
        var network = new DcganGenerator(16, width: 2, latentSize: 4);
        var fast = network.ForInference();
        fast.Dispose();
        var mistake = Assert.Throws<ObjectDisposedException>(() => fast.call(zeros(2, 4)));
        Assert.Contains("call ForInference again", mistake.Message, StringComparison.Ordinal);
        fast.Dispose();
        network.call(zeros(2, 4));
        network.Dispose();

        mistake = Assert.Throws<ObjectDisposedException>(() => network.ForInference());
        Assert.Contains("ForInference copies them: call it before", mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(100)]
    public void Call_InParts_EqualsAllAtOnce(long batchSize)
    {
        using var scope = NewDisposeScope();
        using var network = new DcganGenerator(16, width: 2, latentSize: 4);
        var sizes = new List<long>();
        using var fast = network.ForInference(new() { BatchSize = batchSize });
        var latents = randn(5, 4);
        network.eval();
        var expected = network.call(latents).detach();
        TensorAssert.Close(expected, fast.call(latents), absolute: 1e-6);
        ((DcganGenerator)fast.Copy).register_forward_pre_hook((_, input) => { sizes.Add(input.size(0)); return input; });

        TensorAssert.Close(expected, fast.call(latents), absolute: 1e-6);

        Assert.Equal(5, sizes.Sum());
        Assert.Equal(Math.Min(5, batchSize), sizes.Max());
    }

    [Fact]
    public void Call_Result_CanTakePartInTraining()
    {
        using var scope = NewDisposeScope();
        using var generator = new DcganGenerator(16, width: 2, latentSize: 4);
        using var discriminator = new DcganDiscriminator(16, width: 2);
        using var fast = generator.ForInference();

        discriminator.call(fast.call(randn(3, 4))).mean().backward();

        Assert.All(discriminator.parameters(), parameter => Assert.NotNull(parameter.grad));
        Assert.False(is_inference_mode_enabled());
        Assert.True(is_grad_enabled());
    }

    [Theory]
    [InlineData("PadAndCrop")]
    [InlineData("Tiles")]
    public void Translate_OfAPreparedNetwork_EqualsThatOfTheNetwork(string fit)
    {
        using var scope = NewDisposeScope();
        using var network = new SrganGenerator(scale: 2, width: 4, blocks: 1);
        using var fast = network.ForInference();
        var options = new TranslateOptions { Fit = fit == "Tiles" ? PictureFit.Tiles(16, 8) : PictureFit.PadAndCrop };
        var picture = rand(3, 21, 30) * 2 - 1;

        TensorAssert.Close(network.Translate(picture, options), fast.Translate(picture, options), absolute: 1e-5);
        using var resnet = new ResnetGenerator(width: 2, blocks: 1);
        using var fastResnet = resnet.ForInference();
        TensorAssert.Close(resnet.Translate(picture), fastResnet.Translate(picture), absolute: 1e-5);
    }

    [Fact]
    public void Call_OfTwoAtOnce_EachComputesInItsPrecision()
    {
        using var scope = NewDisposeScope();
        using var network = new DcganGenerator(16, width: 2, latentSize: 4);
        using var full = network.ForInference();
        using var half = network.ForInference(new() { Precision = Precision.BFloat16 });
        var latents = randn(2, 4);
        var first = full.call(latents);
        half.call(latents);

        Assert.Equal(float32, half.call(latents).dtype);
        TensorAssert.Equal(first, full.call(latents));
        Assert.True((half.call(latents) - first).abs().max().item<float>() > 0);
    }

    [Fact]
    public void Call_WithinAScopeOfLowerPrecision_GoesByItsOwn()
    {
        using var scope = NewDisposeScope();
        using var network = new DcganGenerator(16, width: 2, latentSize: 4);
        using var fast = network.ForInference();
        var latents = randn(2, 4);
        var expected = fast.call(latents);

        using var lower = Precision.BFloat16.Autocast(CPU);
        TensorAssert.Equal(expected, fast.call(latents));
    }

    [Fact]
    public void Call_WithWrongInputs_SaysWhatIsWrong()
    {
        using var scope = NewDisposeScope();
        using var generator = new DcganGenerator(16, width: 2, latentSize: 4);
        using var conditional = new ConditionalDcganGenerator(Conditioning.Classes(3), 16, width: 2, latentSize: 4);
        using var fast = generator.ForInference();
        using var fastConditional = conditional.ForInference();

        Assert.Contains("(0, 4)", Assert.Throws<ArgumentException>(() => fast.call(zeros(0, 4))).Message, StringComparison.Ordinal);
        Assert.Contains("(B, 4)", Assert.Throws<ArgumentException>(() => fast.call(zeros(2, 5))).Message, StringComparison.Ordinal);
        Assert.Contains("(2, 4) and (3)", Assert.Throws<ArgumentException>(
            () => fastConditional.call(zeros(2, 4), zeros(3, dtype: int64))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => fast.call(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => generator.ForInference(new() { BatchSize = 0 }));
        Assert.Throws<ArgumentNullException>(() => generator.ForInference(new() { Precision = null! }));
        Assert.Throws<ArgumentNullException>(() => ((DcganGenerator)null!).ForInference());
        fast.Dispose();
        Assert.Throws<ObjectDisposedException>(() => fast.call(zeros(2, 4)));
    }
}
