using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Layers;

public class SpectralNormTests
{
    private const string U = "parametrizations.weight.0._u";

    [Fact]
    public void Forward_AfterManyIterations_DividesByTheLargestSingularValue()
    {
        using var scope = NewDisposeScope();
        using var layer = new SpectralNormLinear(6, 4, bias: false);
        for (var i = 0; i < 200; i++)
            layer.call(torch.zeros(1, 6));

        var normalized = layer.call(torch.eye(6)).t(); // (4, 6)

        TensorAssert.Close(1, linalg.matrix_norm(normalized, ord: 2));
    }

    [Fact]
    public void Forward_InEvaluation_LeavesTheIterationAlone()
    {
        using var scope = NewDisposeScope();
        using var layer = new SpectralNormConv2d(2, 3, 3);
        layer.eval();
        var before = layer.get_buffer(U)!.clone();

        layer.call(randn(1, 2, 4, 4));

        TensorAssert.Equal(before, layer.get_buffer(U)!);
    }

    [Fact]
    public void Forward_WithMorePowerIterations_TakesThatManySteps()
    {
        using var scope = NewDisposeScope();
        using var one = new SpectralNormLinear(6, 4);
        using var three = new SpectralNormLinear(6, 4, powerIterations: 3);
        // From a random start: fresh vectors have converged.
        one.get_buffer(U)!.copy_(functional.normalize(randn(4), dim: 0));
        one.get_buffer("parametrizations.weight.0._v")!.copy_(functional.normalize(randn(6), dim: 0));
        three.load_state_dict(one.state_dict());

        for (var i = 0; i < 3; i++)
            one.call(torch.zeros(1, 6));
        three.call(torch.zeros(1, 6));

        TensorAssert.Equal(one.get_buffer(U)!, three.get_buffer(U)!);
    }

    [Fact]
    public void Forward_UnderNoGrad_AdvancesTheIterationToo()
    {
        using var scope = NewDisposeScope();
        using var layer = new SpectralNormLinear(6, 4);
        layer.get_buffer(U)!.copy_(functional.normalize(randn(4), dim: 0));
        var before = layer.get_buffer(U)!.clone();

        using (no_grad())
            layer.call(torch.zeros(1, 6));

        Assert.False(before.allclose(layer.get_buffer(U)!));
    }

    [Fact]
    public void Backward_OfAPenaltyOnInputGradients_IsTwiceDifferentiable()
    {
        using var scope = NewDisposeScope();
        using var layer = new SpectralNormLinear(3, 2).to(float64);
        layer.eval();
        var input = randn([4, 3], float64, requires_grad: true);

        GradientCheck.Passes(
            () => autograd.grad([layer.call(input).tanh().sum()], [input], retain_graph: true, create_graph: true)[0]
                .pow(2).sum(),
            [.. layer.parameters()]);
    }

    [Fact]
    public void Constructor_OverALayer_TakesItsWeightsOver()
    {
        using var scope = NewDisposeScope();
        var convolution = Conv2d(2, 3, 3, stride: 2, padding: 1);
        var (weight, bias) = (convolution.weight.clone(), convolution.bias!.clone());

        using var layer = new SpectralNormConv2d(convolution);

        TensorAssert.Equal(weight, layer.get_parameter("parametrizations.weight.original")!);
        TensorAssert.Equal(bias, layer.get_parameter("bias")!);
        Assert.Equal([1, 3, 4, 4], layer.call(randn(1, 2, 8, 8)).shape);
    }

    [Fact]
    public void Layer_MadeInsideADisposeScope_OutlivesIt()
    {
        SpectralNormConv2d layer;
        using (NewDisposeScope())
        {
            layer = new SpectralNormConv2d(2, 3, 3);
        }

        using (layer)
        {
            using var output = layer.call(randn(1, 2, 3, 3));
            Assert.Equal([1, 3, 1, 1], output.shape);
        }
    }

    [Fact]
    public void Forward_InATightLoop_LeavesNoTensorsBehind()
    {
        using var layer = new SpectralNormConv2d(2, 3, 3);
        using var input = randn(1, 2, 4, 4);
        layer.call(input).Dispose();

        using var scope = NewDisposeScope();
        for (var i = 0; i < 5; i++)
            layer.call(input);

        Assert.Equal(5, scope.DisposablesCount);
    }

    [Fact]
    public void To_AnotherTypeOrDevice_MovesAllState()
    {
        using var scope = NewDisposeScope();
        using var layer = new SpectralNormLinear(3, 2).to(float64);
        Assert.All(layer.state_dict().Values, tensor => Assert.Equal(float64, tensor.dtype));
        Assert.Equal([1, 2], layer.call(randn([1, 3], float64)).shape);

        using var meta = new SpectralNormLinear(3, 2).to(DeviceType.META);
        Assert.All(meta.state_dict().Values, tensor => Assert.Equal(DeviceType.META, tensor.device_type));
        Assert.Equal([1, 2], meta.call(randn([1, 3], device: META)).shape);
    }

    [Fact]
    public void Initialize_WithSpectralNorm_FillsTheOriginalWeightAndCatchesUp()
    {
        using var scope = NewDisposeScope();
        using var layer = new SpectralNormConvTranspose2d(64, 32, 4);
        var original = layer.get_parameter("parametrizations.weight.original")!;

        layer.Initialize(Initializer.Normal(std: 0.5));

        Assert.Same(original, layer.get_parameter("parametrizations.weight.original"));
        Assert.InRange(original.std().item<float>(), 0.49, 0.51);
        TensorAssert.Close(torch.zeros(32), layer.get_parameter("bias")!.detach(), absolute: 0);
        layer.eval();
        var matrix = original.transpose(0, 1).flatten(1);
        var u = layer.get_buffer(U)!;
        var v = layer.get_buffer("parametrizations.weight.0._v")!;
        var sigma = u.vdot(matrix.mv(v)).item<float>();
        var largest = linalg.matrix_norm(matrix, ord: 2).item<float>();
        Assert.InRange(sigma, 0.95f * largest, 1.0001f * largest);
    }

    [Fact]
    public void Constructor_WithImpossibleNumbers_NamesThem()
    {
        Assert.Throws<ArgumentOutOfRangeException>("inChannels", () => new SpectralNormConv2d(0, 1, 3));
        Assert.Throws<ArgumentOutOfRangeException>("outChannels", () => new SpectralNormConvTranspose2d(1, -1, 3));
        Assert.Throws<ArgumentOutOfRangeException>("padding", () => new SpectralNormConv2d(1, 1, 3, padding: -1));
        Assert.Throws<ArgumentOutOfRangeException>("stride", () => new SpectralNormConvTranspose2d(1, 1, 3, stride: 0));
        Assert.Throws<ArgumentOutOfRangeException>("outFeatures", () => new SpectralNormLinear(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => new SpectralNormEmbedding(0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(
            "powerIterations", () => new SpectralNormLinear(1, 1, powerIterations: 0));
        Assert.Throws<ArgumentOutOfRangeException>("eps", () => new SpectralNormLinear(1, 1, eps: 0));
    }

    [Fact]
    public void Constructor_OverAConvolutionWithReflection_SaysWhatItTakes()
    {
        using var reflecting = Conv2d(1, 1, 3, padding: 1L, padding_mode: PaddingModes.Reflect);
        using var same = Conv2d(1, 1, 3, padding: Padding.Same);

        Assert.Contains("Reflect", Assert.Throws<ArgumentException>(() => new SpectralNormConv2d(reflecting)).Message,
            StringComparison.Ordinal);
        Assert.Contains("Same", Assert.Throws<ArgumentException>(() => new SpectralNormConv2d(same)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Forward_OnAnotherShape_SaysWhatItTakes()
    {
        using var convolution = new SpectralNormConv2d(2, 3, 3);
        using var transposed = new SpectralNormConvTranspose2d(2, 3, 3);
        using var linear = new SpectralNormLinear(2, 3);
        using var input = randn(1, 3, 4, 4);

        Assert.Contains("(1, 3, 4, 4)",
            Assert.Throws<ArgumentException>("input", () => convolution.call(input)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("input", () => transposed.call(input));
        Assert.Contains("(..., 2)", Assert.Throws<ArgumentException>("input", () => linear.call(input)).Message,
            StringComparison.Ordinal);
    }
}
