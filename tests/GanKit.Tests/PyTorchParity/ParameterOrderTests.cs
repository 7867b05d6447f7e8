using System.Diagnostics;
using TorchSharp.Modules;

namespace GanKit.Tests.PyTorchParity;

/// <summary>
/// Optimisers' states have numbers and no names. Training of PyTorch goes on with the same numbers in networks whose fields
/// are declared in another order, though all shapes are the same (Optimizers/make_order.py).
/// </summary>
public sealed class ParameterOrderTests : IDisposable
{
    private static readonly string Folder =
        Path.Combine(Repository.Root, "tests", "GanKit.Tests", "PyTorchParity", "Optimizers");

    private static readonly Dictionary<string, Func<Net[], optim.Optimizer>> Optimizers = new()
    {
        ["adam"] = nets => optim.Adam(nets[0].parameters(), 0.5),
        ["groups"] = nets => optim.SGD(
            new SGD.ParamGroup[]
            {
                new(Named(nets[0], "weight"), new() { momentum = 0.1 }), new(Named(nets[0], "bias"), new() { momentum = 0.1 }),
            },
            0.5),
        ["two"] = nets => GanKit.Optimizers.Adam(nets[0].parameters().Concat(nets[1].parameters()).ToArray(), 0.5),
        ["names"] = nets => optim.RMSProp(nets[0].parameters(), 0.5),
    };

    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string> Cases => [.. Optimizers.Keys];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void LoadPyTorch_FieldsInAnotherOrder_GoesOnWithTheSameNumbers(string name)
    {
        using var file = PyTorchFile.Open(Path.Combine(Folder, $"order_{name}.pth"));
        string[] keys = name == "two" ? ["a", "b"] : ["net"];
        var networks = keys.Select(_ => new Net()).ToArray();
        using var optimizer = Optimizers[name](networks);
        foreach (var (network, key) in networks.Zip(keys))
            network.LoadWeights(file, new() { Key = key }, out _);

        optimizer.LoadPyTorch(file, "opt");

        AssertGoesOn(file, keys, networks, optimizer);
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("groups")]
    public void LoadPyTorch_BeforeTheWeights_FindsTheNamesOfTheNetworkThatIsGiven(string name)
    {
        using var file = PyTorchFile.Open(Path.Combine(Folder, $"order_{name}.pth"));
        var network = new Net();
        using var optimizer = Optimizers[name]([network]);

        optimizer.LoadPyTorch(file, "opt", network, out var report);

        Assert.Equal("6 parameters of 'opt': 6 by name, 0 by position.", report.ToString());
        network.LoadWeights(file, new() { Key = "net" }, out _);
        AssertGoesOn(file, ["net"], [network], optimizer);
    }

    [Fact]
    public void LoadPyTorch_WithoutNames_SaysThatTheOrderCounts()
    {
        using var file = PyTorchFile.Open(Path.Combine(Folder, "order_adam.pth"));
        using var optimizer = Optimizers["adam"]([new Net()]);
        using var heard = new StringWriter();
        using var listener = new TextWriterTraceListener(heard);
        Trace.Listeners.Add(listener);
        try
        {
            optimizer.LoadPyTorch(file, "opt", null, out var report);
            Assert.Equal((0, 6), (report.ByName, report.ByPosition));
            Assert.Contains("matched by position alone", Assert.Single(report.Notes), StringComparison.Ordinal);
            Assert.Contains("6 by position.\nParameters of equal shapes", report.ToString(), StringComparison.Ordinal);
            Assert.Empty(heard.ToString());

            optimizer.LoadPyTorch(file, "opt");
            Assert.Contains("order_adam.pth', optimiser 'opt': Parameters of equal shapes", heard.ToString(),
                StringComparison.Ordinal);
        }
        finally
        {
            Trace.Listeners.Remove(listener);
        }
    }

    [Fact]
    public void LoadPyTorch_OfAnOptimizerWithAnOrderOfItsOwn_TakesThePositionsWhereTheyFit()
    {
        using var folder = new TemporaryFolder();
        var (network, other) = (nn.Linear(3, 2), nn.Linear(3, 2));
        using var optimizer = optim.Adam([network.bias!, network.weight!]);
        network.call(ones(1, 3)).sum().backward();
        optimizer.step();
        PyTorchFile.Save(folder.File("a.pth"), new PyTorchDict { ["net"] = network, ["opt"] = optimizer.ToPyTorch() });
        using var file = PyTorchFile.Open(folder.File("a.pth"));
        other.LoadWeights(file, new() { Key = "net" }, out _);
        using var loaded = optim.Adam([other.bias!, other.weight!]);

        loaded.LoadPyTorch(file, "opt", null, out var report);

        Assert.Contains("in an order of its own", Assert.Single(report.Notes), StringComparison.Ordinal);
        TensorAssert.Equal(
            ((Adam.State)optimizer.state_dict().State[1]).exp_avg, ((Adam.State)loaded.state_dict().State[1]).exp_avg);
    }

    [Fact]
    public void LoadPyTorch_OfAnotherNetwork_SaysWhatDoesNotFitAndLeavesAll()
    {
        using var file = PyTorchFile.Open(Path.Combine(Folder, "order_adam.pth"));
        var network = nn.Sequential(("first", nn.Linear(2, 3)), ("last", nn.Linear(3, 2)), ("norm", nn.BatchNorm1d(2)));
        using var optimizer = optim.Adam(network.parameters(), 0.5);

        var error = Assert.Throws<StateDictMismatchException>(
            () => optimizer.LoadPyTorch(file, "opt", network, out _));

        Assert.Contains("'exp_avg' is of shape (2, 2)", error.Message, StringComparison.Ordinal);
        Assert.Equal(0.5, optimizer.ParamGroups.Single().LearningRate);
    }

    private static Parameter[] Named(Net network, string ending) =>
        [.. network.named_parameters().Where(entry => entry.name.EndsWith(ending, StringComparison.Ordinal))
            .Select(entry => entry.parameter)];

    private static void AssertGoesOn(PyTorchFile file, string[] keys, Net[] networks, optim.Optimizer optimizer)
    {
        var x = tensor(new[,] { { 1.0, 2.0 }, { -1.0, 0.5 }, { 0.25, -2.0 } });
        for (var step = 0; step < 2; step++)
        {
            optimizer.zero_grad();
            foreach (var network in networks)
                (network.call(x) * arange(1, 3)).square().mean().backward();
            optimizer.step();
        }

        foreach (var (network, key) in networks.Zip(keys))
        {
            var expected = file.StateDicts.Single(known => known.Key == $"after.{key}").Read();
            foreach (var (name, weight) in network.state_dict())
                TensorAssert.Close(expected[name].to(weight.dtype), weight.detach(), relative: 1e-12, absolute: 1e-13);
        }
    }

    /// <summary>Declared first, norm, last; PyTorch's last, norm, first.</summary>
    private sealed class Net : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _first = nn.Linear(2, 2, dtype: ScalarType.Float64);
        private readonly BatchNorm1d _norm = nn.BatchNorm1d(2, dtype: ScalarType.Float64);
        private readonly Linear _last = nn.Linear(2, 2, dtype: ScalarType.Float64);

        internal Net()
            : base("Net")
        {
            register_module("first", _first);
            register_module("norm", _norm);
            register_module("last", _last);
        }

        public override Tensor forward(Tensor x) => _last.call(_norm.call(_first.call(x).tanh()));
    }
}
