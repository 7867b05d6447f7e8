namespace GanKit.Tests.PyTorchParity;

/// <summary>
/// Training that real PyTorch began goes on here with the same numbers (Optimizers/make_optimizers.py), and the other way
/// (Optimizers/check_optimizers.py, which found gankit.pth right under PyTorch 1.13 and 2.6).
/// </summary>
public sealed class OptimizerParityTests : IDisposable
{
    private static readonly string Folder =
        Path.Combine(Repository.Root, "tests", "GanKit.Tests", "PyTorchParity", "Optimizers");

    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string, string, bool> Cases => new(
        from version in new[] { "torch-1.13", "torch-2.6", "gankit" }
        from name in OptimizerCases.All.Keys
        from ours in new[] { false, true }
        select (version, name, ours));

    public static TheoryData<string, bool> Names => new(
        from name in OptimizerCases.All.Keys
        from ours in new[] { false, true }
        select (name, ours));

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void LoadPyTorch_TrainingBegunElsewhere_GoesOnWithTheSameNumbers(string version, string name, bool ours)
    {
        using var file = PyTorchFile.Open(Path.Combine(Folder, $"{version}.pth"));
        using var network = OptimizerCases.Network();
        using var optimizer = OptimizerCases.Make(name, ours, network, same: false);
        OptimizerCases.Train(network, optimizer, 1); // what is to be replaced
        network.LoadWeights(file, new() { Key = $"{name}.net" }, out _);
        optimizer.LoadPyTorch(file, $"{name}.opt");
        OptimizerCases.Train(network, optimizer);
        AssertWeights(Weights(file, $"{name}.after"), network);
    }

    /// <summary>What was saved before the first step: nothing but the settings.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void LoadPyTorch_OfAFreshOptimizer_BeginsAnew(string name, bool ours)
    {
        using var file = PyTorchFile.Open(Path.Combine(Folder, "torch-2.6.pth"));
        using var network = OptimizerCases.Network();
        using var optimizer = OptimizerCases.Make(name, ours, network, same: false);
        OptimizerCases.Train(network, optimizer, 2);
        optimizer.LoadPyTorch(file, $"{name}.fresh");
        using var fresh = OptimizerCases.Network();
        network.load_state_dict(fresh.state_dict());
        OptimizerCases.Train(network, optimizer);
        AssertWeights(Weights(file, $"{name}.net"), network);
    }

    /// <summary>
    /// As long as these numbers are written, PyTorch's verdict holds: it went on with them to the same weights.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void ToPyTorch_TrainingBegunHere_IsWhatPyTorchWentOnWith(string name, bool ours)
    {
        using var folder = new TemporaryFolder();
        PyTorchFile.Save(folder.File("gankit.pth"), new PyTorchDict { [name] = Begin(name, ours) });
        using var approved = PyTorchFile.Open(Path.Combine(Folder, "gankit.pth"));
        using var written = PyTorchFile.Open(folder.File("gankit.pth"));
        AssertSame(((PyTorchDict)approved.Root!)[name], ((PyTorchDict)written.Root!)[name]);
    }

    /// <summary>PyTorch's own state of that moment has the same entries; it adds settings of its own.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void ToPyTorch_TrainingBegunHere_IsWhatPyTorchHasAfterTheSameSteps(string name, bool ours)
    {
        using var file = PyTorchFile.Open(Path.Combine(Folder, "torch-2.6.pth"));
        using var folder = new TemporaryFolder();
        PyTorchFile.Save(folder.File("gankit.pth"), Begin(name, ours));
        using var written = PyTorchFile.Open(folder.File("gankit.pth"));
        var (expected, actual) = ((PyTorchDict)((PyTorchDict)file.Root!)[name]!, (PyTorchDict)written.Root!);
        AssertSame(expected["opt"], actual["opt"]);
    }

    [Fact]
    public void GankitFile_HoldsEveryCase()
    {
        var written = Path.Combine(AppContext.BaseDirectory, "Written", "gankit.pth");
        var all = new PyTorchDict();
        foreach (var name in OptimizerCases.All.Keys)
            all[name] = Begin(name, ours: false);
        PyTorchFile.Save(written, all);
        using var approved = PyTorchFile.Open(Path.Combine(Folder, "gankit.pth"));
        Assert.Equal(OptimizerCases.All.Keys, ((PyTorchDict)approved.Root!).Keys);
    }

    private static PyTorchDict Begin(string name, bool ours)
    {
        var network = OptimizerCases.Network();
        var optimizer = OptimizerCases.Make(name, ours, network, same: true);
        OptimizerCases.Train(network, optimizer);
        var saved = (PyTorchDict)Copied(
            new PyTorchDict { ["net"] = network.state_dict(), ["opt"] = optimizer.ToPyTorch() })!;
        OptimizerCases.Train(network, optimizer);
        saved["after"] = network;
        return saved;
    }

    /// <summary>The optimiser goes on with its own tensors; these stay.</summary>
    private static object? Copied(object? state)
    {
        switch (state)
        {
            case PyTorchDict dict:
                var copy = new PyTorchDict();
                foreach (var (key, value) in dict)
                    copy.Set(key, Copied(value));
                return copy;
            case Dictionary<string, Tensor> weights:
                return weights.ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
            default:
                return state is Tensor tensor ? tensor.clone() : state;
        }
    }

    private static Dictionary<string, Tensor> Weights(PyTorchFile file, string key) =>
        file.StateDicts.Single(found => found.Key == key).Read();

    private static void AssertWeights(Dictionary<string, Tensor> expected, nn.Module network) =>
        Assert.All(network.state_dict(), entry =>
            TensorAssert.Close(expected[entry.Key], entry.Value.detach(), relative: 1e-10, absolute: 1e-14));

    private static void AssertSame(object? expected, object? actual)
    {
        switch (expected)
        {
            case PyTorchDict dict:
                var others = Assert.IsType<PyTorchDict>(actual);
                Assert.Equal(dict.Keys.ToHashSet(), others.Keys.ToHashSet());
                foreach (var (key, value) in dict)
                    AssertSame(value, others.GetValueOrDefault(key));
                break;
            case IReadOnlyList<object?> items:
                Assert.IsType(items.GetType(), actual);
                Assert.All(items.Zip((IReadOnlyList<object?>)actual!), pair => AssertSame(pair.First, pair.Second));
                break;
            case PyTorchTensor tensor:
                TensorAssert.Close(
                    tensor.Read(), Assert.IsType<PyTorchTensor>(actual).Read(), relative: 1e-10, absolute: 1e-14);
                break;
            case long or double:
                Assert.Equal(
                    Convert.ToDouble(expected, System.Globalization.CultureInfo.InvariantCulture), Convert.ToDouble(
                        actual, System.Globalization.CultureInfo.InvariantCulture));
                break;
            default:
                Assert.Equal(expected, actual);
                break;
        }
    }
}
