using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Layers;

/// <summary>What every layer owes its user, whatever it computes.</summary>
public class LayerContractTests
{
    private static readonly Dictionary<string, (Func<Module<Tensor, Tensor>> Create, long[] In, long[] Out)> Layers = new()
    {
        ["PixelNorm"] = (() => new PixelNorm(), [2, 3, 4, 5], [2, 3, 4, 5]),
        ["MinibatchStdDev"] = (() => new MinibatchStdDev(), [4, 3, 2, 5], [4, 4, 2, 5]),
        ["EqualizedConv2d"] = (() => new EqualizedConv2d(3, 4, kernelSize: 3), [2, 3, 5, 4], [2, 4, 5, 4]),
        ["EqualizedLinear"] = (() => new EqualizedLinear(5, 4, learningRateMultiplier: 0.5), [2, 3, 5], [2, 3, 4]),
        ["SnganGeneratorBlock"] = (() => new SnganGeneratorBlock(3, 4), [2, 3, 3, 2], [2, 4, 6, 4]),
        ["SnganGeneratorBlock plain"] = (
            () => new SnganGeneratorBlock(3, 3, upsample: false),
            [2, 3, 3, 2], [2, 3, 3, 2]),
        ["SnganDiscriminatorBlock"] = (
            () => new SnganDiscriminatorBlock(3, 4, downsample: true),
            [2, 3, 6, 4], [2, 4, 3, 2]),
        ["SnganDiscriminatorBlock plain"] = (
            () => new SnganDiscriminatorBlock(3, 3, downsample: false),
            [2, 3, 5, 3], [2, 3, 5, 3]),
        ["SnganImageBlock"] = (() => new SnganImageBlock(3, 4), [2, 3, 6, 4], [2, 4, 3, 2]),
    };

    public static TheoryData<string> Names { get; } = new(Layers.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_InBothModes_HasTheDocumentedShape(string name)
    {
        var (create, shape, expected) = Layers[name];
        using var scope = NewDisposeScope();
        using var layer = create();
        var input = randn(shape);

        Assert.Equal(expected, layer.call(input).shape);
        layer.eval();
        Assert.Equal(expected, layer.call(input).shape);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_InALoop_LeavesOnlyItsResult(string name)
    {
        var (create, shape, _) = Layers[name];
        using var layer = create();
        using var input = randn(shape);
        layer.call(input).Dispose();

        using var scope = NewDisposeScope();
        for (var i = 0; i < 3; i++)
        {
            layer.call(input);
        }

        Assert.Equal(3, scope.DisposablesCount);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Layer_MadeInsideADisposeScope_OutlivesIt(string name)
    {
        var (create, shape, expected) = Layers[name];
        Module<Tensor, Tensor> layer;
        using (NewDisposeScope())
        {
            layer = create();
        }

        using (layer)
        {
            using var output = layer.call(torch.ones(shape));
            Assert.Equal(expected, output.shape);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Layer_InsideAnother_KeepsOneKeyForEachTensor(string name)
    {
        using var layer = Layers[name].Create();
        var keys = layer.state_dict().Keys.Select(key => "inner." + key).ToArray();

        using var outer = Sequential(("inner", layer));

        Assert.Equal(keys.Order(), outer.state_dict().Keys.Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_InDoublePrecision_EqualFiniteDifferences(string name)
    {
        var (create, shape, _) = Layers[name];
        manual_seed(1); // away from the kinks of ReLU and max
        using var scope = NewDisposeScope();
        using var layer = Smooth(create()).to(ScalarType.Float64);
        var input = randn(shape, ScalarType.Float64, requires_grad: true);
        var probe = randn_like(layer.call(input));

        GradientCheck.Passes(() => (layer.call(input) * probe).sum(), [input, .. layer.parameters()]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void GradientPenalty_ThroughTheLayer_IsTwiceDifferentiable(string name)
    {
        var (create, shape, _) = Layers[name];
        manual_seed(1); // away from the kinks of ReLU and max
        using var scope = NewDisposeScope();
        using var layer = Smooth(create()).to(ScalarType.Float64);
        var input = randn(shape, ScalarType.Float64, requires_grad: true);
        var probe = randn_like(layer.call(input));

        // Of a quadratic loss, since a linear layer's own second derivative vanishes.
        GradientCheck.Passes(
            () => InputGradient((layer.call(input) * probe).square().sum()).square().sum(),
            [input], relative: 1e-4, absolute: 1e-5);

        Tensor InputGradient(Tensor loss) => autograd.grad([loss], [input], retain_graph: true, create_graph: true)[0];
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_OfAnInputOfTheWrongShape_NamesBothShapes(string name)
    {
        using var layer = Layers[name].Create();
        using var input = torch.zeros(7);

        var error = Assert.Throws<ArgumentException>(() => layer.call(input));

        Assert.Contains("(7)", error.Message, StringComparison.Ordinal);
        Assert.Contains(layer.GetName(), error.Message, StringComparison.Ordinal);
    }

    // Evaluation mode holds the power iteration still; a gamma of 0 would hide the attention.
    private static Module<Tensor, Tensor> Smooth(Module<Tensor, Tensor> layer)
    {
        layer.eval();
        if (layer.get_parameter("gamma") is { } gamma)
        {
            using var noGrad = no_grad();
            gamma.fill_(0.7);
        }

        return layer;
    }
}
