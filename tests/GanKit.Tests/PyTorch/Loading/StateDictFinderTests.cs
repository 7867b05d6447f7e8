namespace GanKit.Tests.PyTorch;

/// <summary>Which networks are seen in what a file holds, and under which keys.</summary>
public class StateDictFinderTests
{
    private static readonly PyTorchTensor Tensor = new(new MemoryData(new byte[8]), PyTorchDtype.Find("float32")!, [2]);

    [Fact]
    public void Find_InAPlainStateDict_HasTheEmptyKey() =>
        Holds(new PyTorchDict { ["b.weight"] = Tensor, ["a.bias"] = Tensor }, ":b.weight,a.bias");

    [Fact]
    public void Find_InATrainingCheckpoint_HasThePathsAsKeys() => Holds(
        new PyTorchDict
        {
            ["epoch"] = 3L,
            ["models"] = new PyTorchDict { ["netG"] = new PyTorchDict { ["w"] = Tensor }, ["netD"] = new PyTorchDict { ["v"] = Tensor } },
            ["history"] = new List<object?> { 1.0, new PyTorchDict { ["u"] = Tensor } },
        },
        "models.netG:w", "models.netD:v", "history.1:u");

    [Fact]
    public void Find_InOptimisers_FindsNothing() => Holds(new PyTorchDict
    {
        ["optG"] = new PyTorchDict { ["state"] = new PyTorchDict { [0] = new PyTorchDict { ["exp_avg"] = Tensor } }, ["param_groups"] = new List<object?>() },
    });

    [Fact]
    public void Find_WithALooseTensorBesideNetworks_DoesNotTakeItForOne() => Holds(
        new PyTorchDict { ["rng"] = Tensor, ["netG"] = new PyTorchDict { ["w"] = Tensor }, ["epoch"] = 1L }, "netG:w");

    [Fact]
    public void Find_WithExtraStateAmongWeights_TakesBoth() => Holds(
        new PyTorchDict { ["a"] = Tensor, ["b"] = Tensor, ["_extra_state"] = new PyTorchDict { ["scale"] = Tensor } }, ":a,b", "_extra_state:scale");

    [Fact]
    public void Find_WithNumbersAmongWeightsAndNoNetworkBelow_TakesTheWeights() => Holds(
        new PyTorchDict { ["weight"] = Tensor, ["epoch"] = 1L, ["loss"] = 0.5, ["name"] = "x" }, ":weight");

    [Fact]
    public void Find_InAModule_ListsParametersBuffersAndChildrenAsStateDictsDo()
    {
        var child = Module(("weight", Tensor), buffers: [("mean", Tensor), ("cache", Tensor)], children: []);
        ((PyTorchDict)child.State!)["_non_persistent_buffers_set"] = new HashSet<object?> { "cache" };
        var root = Module(("scale", Tensor), buffers: [("step", Tensor)], children: [("conv", child), ("empty", null), ("again", child)]);

        var found = Assert.Single(StateDictFinder.Find(root).Networks);

        Assert.Equal(["scale", "step", "conv.weight", "conv.mean", "again.weight", "again.mean"], found.Keys);
        Assert.Equal("somewhere.Net", found.ModuleClass);
    }

    [Fact]
    public void Find_InModulesOfACheckpoint_HasTheirKeys() => Holds(
        new PyTorchDict { ["G_ema"] = Module(("w", Tensor), [], []), ["D"] = Module(("v", Tensor), [], []) }, "G_ema:w", "D:v");

    [Fact]
    public void Find_InAModuleThatAFunctionRebuilds_LooksIntoItsArguments()
    {
        var attributes = Module(("w", Tensor), [], []).State;
        var root = new PyTorchRecord(new("torch_utils.persistence", "_reconstruct_persistent_obj"), [new PyTorchDict { ["type"] = "class", ["state"] = attributes }]);

        Holds(root, ":w");
    }

    [Fact]
    public void Find_InARecordOfAnotherKind_LooksIntoItsState() => Holds(
        new PyTorchRecord(new("my", "Checkpoint"), []) { State = new PyTorchDict { ["net"] = new PyTorchDict { ["w"] = Tensor } } }, "net:w");

    [Fact]
    public void Find_InWhatHoldsNoTensor_FindsNothing() => Holds(new PyTorchDict { ["a"] = null, ["b"] = new object?[] { 1L, "x" } });

    /// <summary>Beside a network, what has no matrix of fractions is none, and neither is an optimiser's state, however wrapped.</summary>
    [Fact]
    public void Find_BesideANetwork_PassesOverWhatIsNone() => Holds(
        new PyTorchDict
        {
            ["netG"] = new PyTorchDict { ["w"] = Matrix("float32") },
            ["losses"] = new PyTorchDict { ["loss_g"] = Tensor, ["loss_d"] = Tensor },
            ["metrics"] = new List<object?> { new PyTorchDict { ["fid"] = Matrix("float32", 1) } },
            ["best_k_models"] = new PyTorchDict { ["/some/last.ckpt"] = Tensor },
            ["rng"] = new PyTorchDict { ["torch"] = Matrix("uint8"), ["cuda"] = Matrix("uint8") },
            ["numpy"] = new PyTorchDict { ["key"] = Matrix("uint32") },
            ["lookahead"] = new PyTorchDict { ["fast_state"] = new PyTorchDict { [0] = new PyTorchDict { ["exp_avg"] = Matrix("float32") } }, ["param_groups"] = new List<object?>() },
            ["inner"] = new PyTorchDict { [0] = new PyTorchDict { ["exp_avg"] = Matrix("float32"), ["exp_avg_sq"] = Matrix("float32") } },
        },
        "netG:w");

    private static PyTorchTensor Matrix(string dtype, int rows = 2) =>
        new(new MemoryData(new byte[64]), PyTorchDtype.Find(dtype)!, rows == 1 ? [2] : [rows, 2]);

    private static void Holds(object root, params string[] expected) => Assert.Equal(
        expected, StateDictFinder.Find(root).Networks.Select(found => $"{found.Key}:{string.Join(',', found.Keys)}"));

    private static PyTorchRecord Module((string, PyTorchTensor) parameter, (string, PyTorchTensor)[] buffers, (string, PyTorchRecord?)[] children) =>
        new(new("somewhere", "Net"), [])
        {
            State = new PyTorchDict
            {
                ["training"] = true,
                ["_parameters"] = Dict([parameter, ("bias", null)]),
                ["_buffers"] = Dict([.. buffers]),
                ["_modules"] = Dict([.. children]),
            },
        };

    private static PyTorchDict Dict((string Key, object? Value)[] entries)
    {
        var dict = new PyTorchDict();
        foreach (var (key, value) in entries)
            dict[key] = value;
        return dict;
    }
}
