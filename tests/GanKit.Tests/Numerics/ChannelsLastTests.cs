using static TorchSharp.torch.nn;

namespace GanKit.Tests.Numerics;

public class ChannelsLastTests
{
    [Fact]
    public void ToChannelsLast_OfImages_ChangesStridesAlone()
    {
        using var images = randn(2, 3, 5, 4);

        using var moved = images.ToChannelsLast();

        Assert.Equal([60, 1, 12, 3], moved.stride());
        Assert.True(moved.IsChannelsLast());
        Assert.False(images.IsChannelsLast());
        Assert.True(moved.equal(images).all().item<bool>());
        Assert.Same(moved, moved.ToChannelsLast());
    }

    [Fact]
    public void ToChannelsLast_OfOtherDimensions_IsTheTensorItself()
    {
        using var matrix = randn(4, 6);

        Assert.Same(matrix, matrix.ToChannelsLast());
        Assert.False(matrix.IsChannelsLast());
    }

    [Fact]
    public void IsChannelsLast_OfATensorWithGaps_IsFalse()
    {
        using var scope = NewDisposeScope();
        var wide = randn(2, 6, 4, 4).ToChannelsLast();

        Assert.False(wide.narrow(1, 0, 3).IsChannelsLast());
        Assert.True(randn(2, 1, 4, 4).IsChannelsLast()); // one channel: both layouts are the same
        Assert.True(randn(2, 3, 1, 1).IsChannelsLast());
    }

    [Fact]
    public void ToChannelsLast_PassesGradients()
    {
        using var scope = NewDisposeScope();
        var images = randn(2, 3, 4, 4).requires_grad_();
        var factors = randn(2, 3, 4, 4);

        (images.ToChannelsLast() * factors).sum().backward();

        TensorAssert.Equal(factors, images.grad!);
    }

    [Fact]
    public void ToChannelsLast_OfANetwork_KeepsParametersValuesAndTraining()
    {
        using var scope = NewDisposeScope();
        using var network = Sequential(
            Conv2d(3, 4, 3, padding: 1), BatchNorm2d(4), ConvTranspose2d(4, 2, 4), Flatten(), Linear(98, 1));
        var parameters = network.parameters().ToArray();
        var values = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());

        Assert.Same(network, network.ToChannelsLast());

        Assert.Equal(parameters, network.parameters());
        Assert.All(network.state_dict(), entry =>
            Assert.True(entry.Value.detach().equal(values[entry.Key]).all().item<bool>(), entry.Key));
        Assert.All(parameters.Where(weight => weight.dim() == 4), weight => Assert.True(weight.IsChannelsLast()));
        Assert.All(parameters, weight => Assert.True(weight.requires_grad && weight.is_leaf));
        network.call(randn(2, 3, 4, 4)).sum().backward();
        Assert.All(parameters, weight => Assert.Equal(weight.stride(), weight.grad!.stride()));
    }

    [Theory]
    [InlineData("weights.dat")]
    [InlineData("weights.pth")]
    [InlineData("weights.safetensors")]
    public void SaveWeights_OfANetworkInThisLayout_WritesWhatLoadsIntoAnyOther(string file)
    {
        using var folder = new TemporaryFolder();
        using var saved = Sequential(Conv2d(3, 4, 3), ConvTranspose2d(4, 2, 4));
        using var plain = Sequential(Conv2d(3, 4, 3), ConvTranspose2d(4, 2, 4));
        using var moved = Sequential(Conv2d(3, 4, 3), ConvTranspose2d(4, 2, 4)).ToChannelsLast();
        var path = folder.File(file);

        saved.ToChannelsLast().SaveWeights(path);
        plain.LoadWeights(path);
        moved.LoadWeights(path);

        foreach (var (expected, (one, other)) in saved.parameters().Zip(plain.parameters().Zip(moved.parameters())))
        {
            TensorAssert.Equal(expected.detach(), one.detach());
            TensorAssert.Equal(expected.detach(), other.detach());
            Assert.Equal(expected.stride(), other.stride());
            Assert.True(one.is_contiguous());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void InstanceNorm_OfThisLayout_KeepsItAndIsTheSame(int batch)
    {
        using var scope = NewDisposeScope();
        var norm = GanKit.Layers.Norm.Instance.Create(6);
        var plain = randn(batch, 6, 5, 4, dtype: float64).requires_grad_();
        var moved = plain.detach().ToChannelsLast().requires_grad_();
        var factors = randn(batch, 6, 5, 4, dtype: float64);

        var (one, other) = (norm.call(plain), norm.call(moved));
        (one * factors).sum().backward();
        (other * factors).sum().backward();

        Assert.True(other.IsChannelsLast());
        TensorAssert.Close(one.detach(), other.detach(), 1e-12, 1e-12);
        TensorAssert.Close(functional.instance_norm(plain).detach(), other.detach(), 1e-12, 1e-12);
        TensorAssert.Close(plain.grad!, moved.grad!, 1e-12, 1e-12);
    }
}
