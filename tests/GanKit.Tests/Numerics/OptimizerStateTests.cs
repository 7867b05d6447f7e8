using TorchSharp.Modules;

namespace GanKit.Tests.Numerics;

/// <summary>An optimiser whose state was saved goes on where it was.</summary>
public sealed class OptimizerStateTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string> Cases => [.. FusedCases.All.Keys];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void LoadPyTorch_InTheMiddle_GoesOnToTheSameWeights(string name)
    {
        var (whole, first) = (FusedCases.Start(ScalarType.Float64), FusedCases.Start(ScalarType.Float64));
        using var uninterrupted = FusedCases.All[name].Ours(whole);
        FusedCases.Train(uninterrupted, whole);

        using var begun = FusedCases.All[name].Ours(first);
        FusedCases.Train(begun, first, to: 10);
        Parameter[] second = [.. first.Select(parameter => new Parameter(parameter.detach().clone()))];
        using var resumed = FusedCases.All[name].Ours(second).LoadPyTorch(begun.ToPyTorch());
        FusedCases.Train(resumed, second, from: 10);
        FusedCases.AssertSame(whole, second, 0);
    }

    /// <summary>
    /// The states of our SGD and of TorchSharp's differ where they maximise; PyTorch's form is common to both.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void LoadPyTorch_OfTorchSharpsState_GoesOnToTheSameWeights(string name)
    {
        var first = FusedCases.Start(ScalarType.Float64);
        using var begun = FusedCases.All[name].TorchSharps(first);
        FusedCases.Train(begun, first, to: 10);
        Parameter[] second = [.. first.Select(parameter => new Parameter(parameter.detach().clone()))];
        using var resumed = FusedCases.All[name].Ours(second).LoadPyTorch(begun.ToPyTorch());
        FusedCases.Train(resumed, second, from: 10);
        FusedCases.AssertSameAsPyTorch(name, second);
    }

    [Theory]
    [InlineData("adam_amsgrad")]
    [InlineData("adamw")]
    [InlineData("sgd_momentum")]
    [InlineData("rmsprop_centered")]
    public void LoadStateDict_OfTorchSharpsFile_IsTakenOver(string name)
    {
        using var folder = new TemporaryFolder();
        var first = FusedCases.Start(ScalarType.Float64);
        using var begun = FusedCases.All[name].TorchSharps(first);
        FusedCases.Train(begun, first, to: 10);
        ((OptimizerHelper)begun).save_state_dict(folder.File("state.dat"));

        using var resumed = FusedCases.All[name].Ours(first);
        ((OptimizerHelper)resumed).load_state_dict(folder.File("state.dat"));
        FusedCases.Train(resumed, first, from: 10);
        FusedCases.AssertSameAsPyTorch(name, first);
    }
}
