namespace GanKit.Tests.PyTorch;

public sealed class LoadWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void LoadWeights_OfTheSameNetwork_CopiesEachWeightInPlace()
    {
        using var source = new ResnetGenerator(width: 2, blocks: 1, norm: GanKit.Layers.Norm.Batch);
        using var target = new ResnetGenerator(width: 2, blocks: 1, norm: GanKit.Layers.Norm.Batch);
        source.call(randn(1, 3, 8, 8)); // statistics differ from fresh ones
        var before = target.parameters().ToArray();

        var returned = target.LoadWeights(Write(source.state_dict()), new(), out var report);

        Assert.Same(target, returned);
        Assert.All(before.Zip(target.parameters()), pair => Assert.Same(pair.First, pair.Second));
        foreach (var (key, value) in source.state_dict())
            TensorAssert.Equal(value, target.state_dict()[key]);
        Assert.Equal(source.state_dict().Keys.Order(), report.Loaded.Order());
        Assert.Empty(report.Renamed);
        Assert.Empty(report.Converted);
        Assert.Empty(report.Dropped);
        Assert.Empty(report.Kept);
    }

    [Fact]
    public void LoadWeights_IntoATrainersNetwork_LeavesOptimiserAndGradientsValid()
    {
        var network = nn.Linear(2, 2);
        using var optimizer = optim.SGD(network.parameters(), 1.0);
        network.LoadWeights(Write(new() { ["weight"] = eye(2), ["bias"] = zeros(2) }));

        network.call(ones(1, 2)).sum().backward();
        optimizer.step();

        TensorAssert.Equal(eye(2) - 1, network.weight!.detach());
        Assert.True(network.weight!.requires_grad);
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Int32)]
    public void LoadWeights_OfAnotherType_ConvertsAndSaysSo(ScalarType type)
    {
        var network = nn.Linear(2, 1, hasBias: false);
        var values = tensor(new[,] { { 3f, -2f } });

        network.LoadWeights(Write(new() { ["weight"] = values.to_type(type) }), new(), out var report);

        TensorAssert.Equal(values, network.weight!.detach());
        Assert.Equal(ScalarType.Float32, network.weight!.dtype);
        Assert.EndsWith("to float32", report.Converted["weight"], StringComparison.Ordinal);
    }

    [Fact]
    public void LoadWeights_IntoChannelsLastWeights_KeepsTheirStrides()
    {
        var network = nn.Sequential(("w", nn.Conv2d(2, 3, 3, bias: false)));
        var weight = network.parameters().Single();
        using (no_grad())
            weight.set_(weight.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2));
        var strides = weight.stride();
        var values = randn(3, 2, 3, 3);

        network.LoadWeights(Write(new() { ["w.weight"] = values }));

        TensorAssert.Equal(values, weight.detach());
        Assert.Equal(strides, weight.stride());
    }

    [Fact]
    public void LoadWeights_WithAKeyMap_RenamesDropsAndReports()
    {
        var network = nn.Sequential(("conv", nn.Linear(1, 1)));
        var path = Write(new() { ["module.c.weight"] = ones(1, 1), ["module.c.bias"] = ones(1), ["extra"] = ones(1) });
        var options = new PyTorchLoadOptions
        {
            KeyMap = new KeyMap().StripPrefix("module.").Rename("c.", "conv.").Drop(key => key == "extra"),
        };

        network.LoadWeights(path, options, out var report);

        Assert.Equal("conv.weight", report.Renamed["module.c.weight"]);
        Assert.Contains("key map", report.Dropped["extra"], StringComparison.Ordinal);
        Assert.Contains("2 renamed", report.ToString(), StringComparison.Ordinal);
        TensorAssert.Equal(ones(1), network.state_dict()["conv.bias"].detach());
    }

    [Fact]
    public void LoadWeights_WithAKeyMapThatMergesNames_SaysWhich()
    {
        var path = Write(new() { ["a"] = ones(1), ["b"] = ones(1) });

        var error = Assert.Throws<StateDictMismatchException>(() =>
            nn.Linear(1, 1).LoadWeights(path, new() { KeyMap = new KeyMap().Apply(_ => "weight") }));

        Assert.Contains("'a' and 'b'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadWeights_OfWhatDoesNotFit_ListsAllAndChangesNothing()
    {
        var network = nn.Linear(2, 3);
        var (weight, bias) = (network.weight!.detach().clone(), network.bias!.detach().clone());
        var path = Write(new() { ["weight"] = ones(2, 2), ["gamma"] = ones(1) });

        var error = Assert.Throws<StateDictMismatchException>(() => network.LoadWeights(path));

        Assert.Contains("1 missing from the file: bias (3).", error.Message, StringComparison.Ordinal);
        Assert.Contains("1 unexpected in the file: gamma.", error.Message, StringComparison.Ordinal);
        Assert.Contains("weight (2, 2) float32 in the file, (3, 2) float32 in the network", error.Message,
            StringComparison.Ordinal);
        TensorAssert.Equal(weight, network.weight!.detach());
        TensorAssert.Equal(bias, network.bias!.detach());
    }

    [Fact]
    public void LoadWeights_NotStrict_LoadsWhatBothHave()
    {
        var network = nn.Linear(2, 3);
        var bias = network.bias!.detach().clone();
        var path = Write(new() { ["weight"] = ones(3, 2), ["gamma"] = ones(1) });

        network.LoadWeights(path, new() { Strict = false }, out var report);

        TensorAssert.Equal(ones(3, 2), network.weight!.detach());
        TensorAssert.Equal(bias, network.bias!.detach());
        Assert.Equal(["gamma"], report.Dropped.Keys);
        Assert.Equal(["bias"], report.Kept.Keys);
    }

    [Fact]
    public void LoadWeights_NotStrict_RefusesOtherSizes()
    {
        var path = Write(new() { ["weight"] = ones(2, 2), ["bias"] = ones(3) });

        Assert.Throws<StateDictMismatchException>(() => nn.Linear(2, 3).LoadWeights(path, new() { Strict = false }));
    }

    [Fact]
    public void LoadWeights_WithIgnoredWeights_KeepsThemWhateverTheFileSays()
    {
        var network = nn.Linear(2, 3);
        var bias = network.bias!.detach().clone();
        var path = Write(new() { ["weight"] = ones(3, 2), ["bias"] = ones(17) });

        network.LoadWeights(path, new() { Ignore = key => key == "bias" }, out var report);

        TensorAssert.Equal(bias, network.bias!.detach());
        Assert.Equal(["bias"], report.Kept.Keys);
    }

    [Fact]
    public void LoadWeights_OfComplexIntoReal_IsRefused()
    {
        var path = Write(new() { ["weight"] = ones(1, 1).to_type(ScalarType.ComplexFloat32), ["bias"] = ones(1) });

        var error = Assert.Throws<StateDictMismatchException>(() => nn.Linear(1, 1).LoadWeights(path));

        Assert.Contains("complex64", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("width", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadWeights_Twice_LeavesNoTensor()
    {
        using var network = new DcganGenerator(imageSize: 16, width: 2);
        var path = Write(network.state_dict());
        network.LoadWeights(path);
        var before = LiveTensors.OfThisThread;

        network.LoadWeights(path);

        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Fact]
    public void LoadWeights_IntoANetworkWithoutMemory_IsRefused()
    {
        var path = Write(new() { ["weight"] = ones(1, 1), ["bias"] = ones(1) });

        var error = Assert.Throws<ArgumentException>(() => nn.Linear(1, 1, device: META).LoadWeights(path));

        Assert.Contains("meta device", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadWeights_OfAMissingFile_SaysSo() =>
        Assert.Throws<FileNotFoundException>(() => nn.Linear(1, 1).LoadWeights(_folder.File("none.pth")));

    private string Write(Dictionary<string, Tensor> weights)
    {
        var path = _folder.File($"{Guid.NewGuid():N}");
        SafetensorsFile.Save(path, weights);
        return path;
    }
}
