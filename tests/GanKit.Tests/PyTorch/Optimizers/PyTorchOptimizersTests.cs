using GanKit.Tests.PyTorchParity;
using TorchSharp.Modules;

namespace GanKit.Tests.PyTorch.Optimizers;

/// <summary>What fits and what does not. That training goes on with the same numbers: PyTorchParity.</summary>
public sealed class PyTorchOptimizersTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.File("state.pth");

    public void Dispose()
    {
        _folder.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void LoadPyTorch_AnotherKind_SaysWhichIsWhich()
    {
        var sgd = Stepped(optim.SGD(Parameters(), 0.1, momentum: 0.9));
        AssertRefused(optim.Adam(Parameters()), sgd.ToPyTorch(), "optimiser (Adam): it is another kind of optimiser's "
            + "state (SGD: momentum_buffer)");
        var adam = Stepped(optim.Adam(Parameters()));
        AssertRefused(optim.RMSProp(Parameters()), adam.ToPyTorch(), "(RMSprop): it is another kind of optimiser's state "
            + "(Adam or AdamW: exp_avg, exp_avg_sq)");
        AssertRefused(
            optim.SGD(Parameters(), 1), Group(new() { ["rho"] = 0.9 }), "another kind of optimiser's state (Adadelta)");
        AssertRefused(
            optim.SGD(Parameters(), 1), Group(new() { ["what"] = 0.9 }), "another kind of optimiser's state (unknown)");
    }

    /// <summary>Since 2.7 PyTorch says which of the two it is; before, their states look the same.</summary>
    [Fact]
    public void LoadPyTorch_AdamAndAdamW_AreToldApartWhereTheFileDoes()
    {
        var state = optim.AdamW(Parameters()).ToPyTorch();
        optim.Adam(Parameters()).LoadPyTorch(state);
        ((PyTorchDict)((List<object?>)state["param_groups"]!)[0]!)["decoupled_weight_decay"] = true;
        optim.AdamW(Parameters()).LoadPyTorch(state);
        AssertRefused(optim.Adam(Parameters()), state, "another kind of optimiser's state (AdamW)");
    }

    [Fact]
    public void LoadPyTorch_OtherParameters_SaysWhichAndWhatShapes()
    {
        var state = Stepped(optim.Adam(Parameters())).ToPyTorch();
        AssertRefused(optim.Adam(Parameters().Take(1)), state, "its group 0 has 2 parameters, the optimiser's 1");
        AssertRefused(optim.Adam([new Parameter(zeros(2, 3)), new Parameter(zeros(4))]), state,
            "of parameter 1, its 'exp_avg' is of shape (3), the optimiser's parameter of (4)");
        AssertRefused(optim.Adam(new Adam.ParamGroup[] { new(Parameters().Take(1)), new(Parameters().Skip(1)) }), state,
            "it has 1 groups of parameters, the optimiser 2");
    }

    [Fact]
    public void LoadPyTorch_Damaged_SaysWhatIsMissing()
    {
        var adam = optim.Adam(Parameters());
        AssertRefused(adam, new PyTorchDict { ["netG"] = 1L }, "it is no optimiser's state");
        AssertRefused(adam, Damaged(group => group.Set("lr", null)), "a group of parameters has no setting 'lr'");
        AssertRefused(adam, Damaged(group => group["betas"] = new object?[] { 0.9 }), "'betas'");
        AssertRefused(adam, Damaged(group => group["amsgrad"] = "yes"), "has 'yes' for the setting 'amsgrad'");
        AssertRefused(adam, Damaged(group => group["amsgrad"] = true), "of parameter 0, its 'max_exp_avg_sq' is missing");
        AssertRefused(adam, Damaged(kept: kept => kept["step"] = -1L), "its 'step' is no count");
        AssertRefused(adam, Damaged(kept: kept => kept["exp_avg"] = 0.5), "its 'exp_avg' is no tensor");

        PyTorchDict Damaged(Action<PyTorchDict>? group = null, Action<PyTorchDict>? kept = null)
        {
            var state = Stepped(optim.Adam(Parameters())).ToPyTorch();
            group?.Invoke((PyTorchDict)((List<object?>)state["param_groups"]!)[0]!);
            kept?.Invoke((PyTorchDict)((PyTorchDict)state["state"]!)[0]!);
            return state;
        }
    }

    [Fact]
    public void LoadPyTorch_WhatDoesNotFit_LeavesTheOptimizerAsItWas()
    {
        var adam = Stepped(optim.Adam(Parameters(), 0.25));
        PyTorchFile.Save(FilePath, adam.ToPyTorch());
        var state = Stepped(optim.Adam(Parameters(), 0.5)).ToPyTorch();
        ((PyTorchDict)((PyTorchDict)state["state"]!)[1]!)["exp_avg_sq"] = zeros(7);
        Assert.Throws<StateDictMismatchException>(() => adam.LoadPyTorch(state));
        PyTorchFile.Save(_folder.File("after", "state.pth"), adam.ToPyTorch());
        Assert.Equal(File.ReadAllBytes(FilePath), File.ReadAllBytes(_folder.File("after", "state.pth")));
    }

    [Fact]
    public void LoadPyTorch_Tensors_AreTakenOverInPlace_AndConverted()
    {
        var adam = Stepped(optim.Adam(Parameters(ScalarType.Float64)));
        PyTorchFile.Save(FilePath, adam.ToPyTorch());
        var other = optim.Adam(Parameters());
        var kept = ((Adam.State)other.state_dict().State[0]).exp_avg;
        Assert.Same(other, other.LoadPyTorch(FilePath));
        Assert.Same(kept, ((Adam.State)other.state_dict().State[0]).exp_avg);
        TensorAssert.Close(((Adam.State)adam.state_dict().State[0]).exp_avg.to(ScalarType.Float32), kept);
    }

    /// <summary>Before 1.12 PyTorch counted steps with Python's numbers, and had no <c>maximize</c>.</summary>
    [Fact]
    public void LoadPyTorch_OldState_IsTheSame()
    {
        var adam = Stepped(optim.Adam(Parameters(), 0.125));
        var state = adam.ToPyTorch();
        var group = (PyTorchDict)((List<object?>)state["param_groups"]!)[0]!;
        var old = new PyTorchDict();
        foreach (var (key, value) in group.Where(
            entry => entry.Key is "lr" or "betas" or "eps" or "weight_decay" or "amsgrad" or "params"))
            old.Set(key, value);
        ((List<object?>)state["param_groups"]!)[0] = old;
        foreach (var kept in ((PyTorchDict)state["state"]!).Values.Cast<PyTorchDict>())
            kept["step"] = 1000L;
        var other = optim.Adam(Parameters(), maximize: true).LoadPyTorch(state);
        Assert.Equal(1000, ((Adam.State)other.state_dict().State[0]).step);
        Assert.Equal((0.125, false), (
            other.ParamGroups.Single().LearningRate, ((Adam.Options)other.state_dict().Options[0]).maximize));
    }

    [Fact]
    public void LoadPyTorch_AfterASchedule_KnowsWhereThatBegan()
    {
        var folder = Path.Combine(Repository.Root, "tests", "GanKit.Tests", "PyTorchParity", "Optimizers");
        var adam = OptimizerCases.All["adam"]([.. OptimizerCases.Network().parameters()], false)
            .LoadPyTorch(Path.Combine(folder, "torch-2.6.pth"), "scheduled.opt");
        var group = adam.ParamGroups.Single();
        Assert.Equal((0.01, 0.02), (group.LearningRate, group.InitialLearningRate));
        var saved = (PyTorchDict)((List<object?>)adam.ToPyTorch()["param_groups"]!)[0]!;
        Assert.Equal(0.02, saved["initial_lr"]);
    }

    [Fact]
    public void LoadPyTorch_Key_SaysWhichOptimizer()
    {
        var sgd = optim.SGD(Parameters(), 0.5);
        PyTorchFile.Save(FilePath, new PyTorchDict
        {
            ["optG"] = Stepped(optim.Adam(Parameters())).ToPyTorch(),
            ["others"] = new List<object?> { optim.SGD(Parameters(), 0.25).ToPyTorch() },
        });
        Assert.Equal(0.25, sgd.LoadPyTorch(FilePath, "others.0").ParamGroups.Single().LearningRate);
        var several = Assert.Throws<StateDictMismatchException>(() => sgd.LoadPyTorch(FilePath));
        Assert.Contains(
            "a key must say which. There are: 'optG' (Adam or AdamW: exp_avg, exp_avg_sq), 'others.0' (SGD).",
            several.Message,
            StringComparison.Ordinal);
        var missing = Assert.Throws<StateDictMismatchException>(() => sgd.LoadPyTorch(FilePath, "optD"));
        Assert.Contains(
            "state.pth' has no optimiser's state under 'optD'. There are: 'optG'",
            missing.Message,
            StringComparison.Ordinal);
        PyTorchFile.Save(
            FilePath, new PyTorchDict { ["opt"] = optim.SGD(Parameters(), 0.75).ToPyTorch(), ["net"] = zeros(1) });
        Assert.Equal(0.75, sgd.LoadPyTorch(FilePath).ParamGroups.Single().LearningRate);
        PyTorchFile.Save(FilePath, new PyTorchDict { ["net"] = zeros(1) });
        Assert.Contains(
            "has no optimiser's state. There are none at all.",
            Assert.Throws<StateDictMismatchException>(() => sgd.LoadPyTorch(FilePath)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>A parameter that was not trained has no state, neither in PyTorch nor in TorchSharp after that.</summary>
    [Fact]
    public void LoadPyTorch_WithoutState_BeginsAnew()
    {
        var adam = Stepped(optim.Adam(Parameters(), amsgrad: true)).LoadPyTorch(optim.Adam(Parameters()).ToPyTorch());
        var kept = (Adam.State)adam.state_dict().State[0];
        Assert.Equal((0L, 0f, null), (kept.step, kept.exp_avg.abs().max().item<float>(), kept.max_exp_avg_sq));
        Assert.Empty(Assert.IsType<PyTorchDict>(adam.ToPyTorch()["state"]));
        Stepped(adam);
    }

    /// <summary>What the loader needs not, TorchSharp's own methods may.</summary>
    [Fact]
    public void LoadPyTorch_ThenTorchSharpsOwnStateDict_StillWorks()
    {
        var rmsProp = Stepped(optim.RMSProp(Parameters(), momentum: 0.5, centered: true)).LoadPyTorch(
            Stepped(optim.RMSProp(Parameters())).ToPyTorch());
        optim.RMSProp(Parameters()).load_state_dict(rmsProp.state_dict());
        var amsgrad = optim.Adam(Parameters()).LoadPyTorch(Stepped(optim.Adam(Parameters(), amsgrad: true)).ToPyTorch());
        Stepped(amsgrad).Dispose();
    }

    [Fact]
    public void ToPyTorch_AnotherKind_IsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => optim.Adagrad(Parameters()).ToPyTorch());
        Assert.Contains(
            "The state of Adagrad is not exchanged with PyTorch. That of Adam, AdamW, SGD, RMSprop is.",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ToPyTorchAndLoadPyTorch_LeaveNoTensorsBehind()
    {
        var adam = Stepped(optim.Adam(Parameters(), amsgrad: true));
        var before = LiveTensors.OfThisThread;
        PyTorchFile.Save(FilePath, adam.ToPyTorch());
        adam.LoadPyTorch(FilePath);
        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Fact]
    public void State_GoesThroughStreamsToo()
    {
        var sgd = Stepped(optim.SGD(Parameters(), 0.5, momentum: 0.5));
        using var stream = new MemoryStream();
        PyTorchFile.Save(stream, sgd.ToPyTorch());
        stream.Position = 0;
        using var file = PyTorchFile.Open(stream);
        var loaded = optim.SGD(Parameters(), 1);
        Assert.Same(loaded, loaded.LoadPyTorch(file));
        Assert.True(stream.CanRead);
        TensorAssert.Equal(Buffer(sgd), Buffer(loaded));

        static Tensor Buffer(SGD optimizer) => ((SGD.State)optimizer.state_dict().State[1]).momentum_buffer;
    }

    private static Parameter[] Parameters(ScalarType dtype = ScalarType.Float32) =>
        [new(ones(2, 3, dtype)), new(ones(3, dtype))];

    private static PyTorchDict Group(PyTorchDict group) =>
        new() { ["state"] = new PyTorchDict(), ["param_groups"] = new List<object?> { group } };

    private static TOptimizer Stepped<TOptimizer>(TOptimizer optimizer)
        where TOptimizer : optim.Optimizer
    {
        optimizer.zero_grad();
        foreach (var parameter in optimizer.parameters())
            (parameter * arange(3)).sum().backward();
        optimizer.step();
        return optimizer;
    }

    private static void AssertRefused(optim.Optimizer optimizer, PyTorchDict state, string expected) => Assert.Contains(
        expected, Assert.Throws<StateDictMismatchException>(() => optimizer.LoadPyTorch(state)).Message,
        StringComparison.Ordinal);
}
