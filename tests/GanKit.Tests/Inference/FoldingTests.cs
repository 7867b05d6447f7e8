namespace GanKit.Tests.Inference;

/// <summary>Which batch norms become part of the layer before them.</summary>
public class FoldingTests
{
    [Fact]
    public void Call_WhereAnotherSeesTheConvolution_DoesNotFold() =>
        AssertEqualAndFolded(new Wired((convolution, norm, input) =>
        {
            var maps = convolution.call(input);
            return norm.call(maps) + maps;
        }), folded: false);

    [Fact]
    public void Call_WhereOnlyTheSignIsSeen_DoesNotFold() =>
        AssertEqualAndFolded(new Wired((convolution, norm, input) =>
        {
            var maps = convolution.call(input);
            return norm.call(maps) * (maps > 0).to(ScalarType.Float32);
        }), folded: false);

    [Fact]
    public void Call_WhereMapsChangeInPlace_DoesNotFold() =>
        AssertEqualAndFolded(new Wired((convolution, norm, input) => norm.call(convolution.call(input).relu_())), folded: false);

    [Fact]
    public void Call_WhereMapsChangeInPlaceUnderTheSameName_DoesNotFold() =>
        AssertEqualAndFolded(new Wired((convolution, norm, input) =>
        {
            var maps = convolution.call(input);
            maps.relu_();
            return norm.call(maps);
        }), folded: false);

    [Fact]
    public void Call_WhereALayerIsUsedTwice_DoesNotFold() =>
        AssertEqualAndFolded(
            new Wired((convolution, norm, input) => convolution.call(norm.call(convolution.call(input)))), folded: false);

    [Fact]
    public void Call_WhereAPairIsUsedTwice_Folds() =>
        AssertEqualAndFolded(
            new Wired((convolution, norm, input) => norm.call(convolution.call(norm.call(convolution.call(input))))), folded: true);

    [Fact]
    public void Call_OfForwardAlone_DoesNotFold() =>
        AssertEqualAndFolded(new Wired((convolution, norm, input) => norm.forward(convolution.forward(input))), folded: false);

    [Fact]
    public void Call_OncePathsChange_StillEqualsTheNetwork()
    {
        using var scope = NewDisposeScope();
        var asUsual = true;
        using var network = new Wired((convolution, norm, input) =>
        {
            var maps = convolution.call(input);
            return asUsual ? norm.call(maps) : norm.call(maps * 2);
        });
        network.eval();
        using var fast = network.ForInference();
        var input = randn(2, 4, 6, 6);
        TensorAssert.Close(network.call(input).detach(), fast.call(input), absolute: 1e-5);

        asUsual = false;
        TensorAssert.Close(network.call(input).detach(), fast.call(input), absolute: 1e-5);
        TensorAssert.Close(network.call(input).detach(), fast.call(input), absolute: 1e-5);
        asUsual = true;
        TensorAssert.Close(network.call(input).detach(), fast.call(input), absolute: 1e-5);
    }

    [Fact]
    public void Call_OnceANormIsLeftOut_StillEqualsTheNetwork()
    {
        using var scope = NewDisposeScope();
        var normalised = true;
        using var network = new Wired((convolution, norm, input) =>
            normalised ? norm.call(convolution.call(input)) : convolution.call(input));
        network.eval();
        using var fast = network.ForInference();
        var input = randn(2, 4, 6, 6);
        fast.call(input);
        normalised = false;

        TensorAssert.Close(network.call(input).detach(), fast.call(input), absolute: 1e-5);
    }

    private static void AssertEqualAndFolded(Wired network, bool folded)
    {
        using var owned = network;
        using var scope = NewDisposeScope();
        network.eval();
        using var fast = network.ForInference();
        var input = randn(3, 4, 6, 6);
        TensorAssert.Close(network.call(input).detach(), fast.call(input), absolute: 1e-5);
        var computing = false;
        network.Norm.register_forward_pre_hook((_, maps) => { computing |= maps.size(0) > 0; return maps; });

        var again = fast.call(input);

        Assert.Equal(network.UsesHooks && !folded, computing);
        TensorAssert.Close(network.call(input).detach(), again, absolute: 1e-5);
    }
}
