using System.Text.Json;

namespace GanKit.Tests.PyTorch;

/// <summary>Every way of loading compares shapes, even those that libtorch would stretch, and leaves the flags of weights.</summary>
public sealed class ShapesAndFlagsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string> Ways => [.. All.Keys];

    private static Dictionary<string, (Action<nn.Module, string> Save, Action<nn.Module, string> Load)> All => new()
    {
        ["pth"] = ((net, path) => net.SaveWeights(path), (net, path) => net.LoadWeights(path)),
        ["weights.dat"] = ((net, path) => net.SaveWeights(path + ".dat"), (net, path) => net.LoadWeights(path + ".dat")),
        ["torchsharp.dat"] = ((net, path) => net.save(path), (net, path) => net.LoadWeights(path)),
        ["safetensors"] = (
            (net, path) => SafetensorsFile.Save(path, net.state_dict()), (net, path) => net.LoadWeights(path)),
        ["sharded"] = (SaveSharded, (net, path) => net.LoadWeights(Path.GetDirectoryName(path)!)),
        ["checkpoint"] = (
            (net, path) => PyTorchFile.Save(path, new PyTorchDict { ["netG"] = net, ["epoch"] = 1L }),
            (net, path) => net.LoadWeights(path, new() { Key = "netG" })),
        ["lenient"] = (
            (net, path) => net.SaveWeights(path), (net, path) => net.LoadWeights(path, new() { Strict = false })),
        ["stream"] = (SaveInStream, LoadFromStream),
    };

    private static void SaveInStream(nn.Module net, string path)
    {
        using var stream = File.Create(path);
        PyTorchFile.Save(stream, net);
    }

    private static void LoadFromStream(nn.Module net, string path)
    {
        using var stream = File.OpenRead(path);
        using var file = PyTorchFile.Open(stream);
        net.LoadWeights(file, new(), out _);
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Load_OfAShapeThatWouldStretch_IsRefusedWithBothShapes(string way)
    {
        var (save, load) = All[way];
        save(new Weight(ones(1, 4)), _folder.File("weights"));
        long[][] shapes = [[3, 4], [2, 3, 4], [4], [1, 1, 4], [4, 1], [2, 2]];
        foreach (var shape in shapes)
        {
            var target = new Weight(zeros(shape));

            var error = Assert.Throws<StateDictMismatchException>(() => load(target, _folder.File("weights")));

            Assert.Contains($"value (1, 4) float32 in the file, ({string.Join(", ", shape)})", error.Message,
                StringComparison.Ordinal);
            TensorAssert.Equal(zeros(shape), target.Value.detach());
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Load_OfASingleNumber_FillsNoMore(string way)
    {
        var (save, load) = All[way];
        save(new Weight(ones([])), _folder.File("weights"));
        long[][] shapes = [[1], [3], [1, 1]];
        foreach (var shape in shapes)
            Assert.Throws<StateDictMismatchException>(() => load(new Weight(zeros(shape)), _folder.File("weights")));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Load_KeepsWhatIsTrainedAndWhatIsFrozen(string way)
    {
        var (save, load) = All[way];
        var source = nn.Sequential(("l", nn.Linear(3, 2)), ("n", nn.BatchNorm1d(2)));
        foreach (var (name, parameter) in source.named_parameters())
            parameter.requires_grad = name.EndsWith("bias", StringComparison.Ordinal); // the other way round than below
        save(source, _folder.File("weights"));
        var target = nn.Sequential(("l", nn.Linear(3, 2)), ("n", nn.BatchNorm1d(2)));
        foreach (var (name, parameter) in target.named_parameters())
            parameter.requires_grad = name.EndsWith("weight", StringComparison.Ordinal);
        var before = target.parameters().ToArray();

        load(target, _folder.File("weights"));

        Assert.All(before.Zip(target.parameters()), pair => Assert.Same(pair.First, pair.Second));
        foreach (var (name, parameter) in target.named_parameters())
        {
            Assert.Equal(name.EndsWith("weight", StringComparison.Ordinal), parameter.requires_grad);
            Assert.True(parameter.is_leaf);
            TensorAssert.Equal(source.state_dict()[name].detach(), parameter.detach());
        }

        Assert.All(target.buffers(), buffer => Assert.False(buffer.requires_grad));
        target.call(ones(2, 3)).sum().backward(); // and they can be trained on
        Assert.NotNull(target.get_parameter("l.weight")!.grad);
    }

    [Fact]
    public void Average_AppliedAndTakenOut_KeepsWhatIsTrainedAndWhatIsFrozen()
    {
        var network = nn.Linear(3, 2);
        network.bias!.requires_grad = false;
        using var average = new MovingAverage(network, 0.5);
        average.Update();

        using (average.Apply())
            Assert.Equal((true, false), (network.weight!.requires_grad, network.bias!.requires_grad));

        Assert.Equal((true, false), (network.weight!.requires_grad, network.bias!.requires_grad));
    }

    [Fact]
    public void FromCheckpoint_NetworkThatWasFrozen_CanBeTrained()
    {
        using var source = new DcganGenerator(imageSize: 16, width: 2);
        foreach (var parameter in source.parameters())
            parameter.requires_grad = false;
        source.SaveWeights(_folder.File("g.pth"));

        using var loaded = GeneratorFactory.FromCheckpoint(_folder.File("g.pth"));

        Assert.All(((nn.Module)loaded).parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    private static void SaveSharded(nn.Module network, string path)
    {
        SafetensorsFile.Save(path + "-00001-of-00001.safetensors", network.state_dict());
        var map = network.state_dict().Keys.ToDictionary(
            name => name, _ => Path.GetFileName(path) + "-00001-of-00001.safetensors");
        File.WriteAllText(
            path + ".safetensors.index.json",
            JsonSerializer.Serialize(new Dictionary<string, object> { ["weight_map"] = map }));
    }

    private sealed class Weight : nn.Module
    {
        internal Weight(Tensor value)
            : base("Weight")
        {
            Value = new TorchSharp.Modules.Parameter(value);
            register_parameter("value", Value);
        }

        internal TorchSharp.Modules.Parameter Value { get; }
    }
}
