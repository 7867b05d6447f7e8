using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

/// <summary>What does not fit is named, all of it, before anything changes.</summary>
public class StateRefusalTests
{
    public static TheoryData<string, string> Changes => new()
    {
        { "steps=", "'steps' is missing in the state" },
        { "steps=text", "'steps' is 'text' in the state, and needs to be a whole number" },
        { "steps=-1", "'steps' is -1 in the state, and needs to be at least 0" },
        { "more=1", "'more' is in the state, and nothing here takes it" },
        { "generator/weights/0.weight=tensor", "'generator/weights/0.weight' is a tensor (3) of Float32 in the state, and a tensor (16, 4) of Float32 here" },
        { "generator/weights/0.weight=", "'generator/weights/0.weight' is missing in the state" },
        { "generator/weights/0.weight=1", "'generator/weights/0.weight' is 1 in the state, and needs to be a tensor" },
        { "discriminator/optimizer/0.bias/exp_avg=null", "'discriminator/optimizer/0.bias/exp_avg' is nothing in the state, and needs to be a tensor" },
        { "discriminator/optimizer/kind=SGD", "'discriminator/optimizer/kind' is 'SGD' in the state, and 'Adam' here" },
        { "objective_kind=CycleObjective", "'objective_kind' is 'CycleObjective' in the state, and 'UnconditionalObjective' here" },
        { "average/updates=", "'average/updates' is missing in the state" },
        { "average=", "'average' is missing in the state" },
        { "objective/pool=1", "'objective/pool' is in the state, and nothing here takes it" },
        { "random/cpu=tensor", "'random/cpu' is a tensor (3) of Float32 in the state, and a tensor (5056) of Byte here" },
        { "random/cpu=zeros", "'random/cpu' These bytes are no random state" },
        { "fit=1", "'fit' is 1 in the state, and needs to be a state" },
        { "notices/said=1", "'notices/said' is 1 in the state, and needs to be a state" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void LoadState_ThatDoesNotFit_SaysWhere_AndChangesNothing(string change, string expected)
    {
        using var scope = NewDisposeScope();
        using var source = Trained(1);
        using var state = Changed(source.SaveState(), change);
        using var trainer = Trained(2);
        using var before = trainer.SaveState();

        var error = Assert.Throws<ArgumentException>(() => trainer.LoadState(state));

        Assert.Contains("The state does not fit this AdversarialTrainer, and nothing was changed: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        using var after = trainer.SaveState();
        Assert.Equal(StateRuns.Flat(before), StateRuns.Flat(after));
    }

    public static TheoryData<string, string> DataChanges => new()
    {
        { "samples", "'data/samples' is 40 in the state, and 44 here" },
        { "batch size", "'data/batch_size' is 10 in the state, and 8 here" },
        { "order", "'data/shuffle' is True in the state, and False here" },
        { "none", "'data' is in the state, and nothing here takes it" },
    };

    [Theory]
    [MemberData(nameof(DataChanges))]
    public void Fit_OnDataThatTheStateIsNotOf_SaysSo_AndChangesNothing(string change, string expected)
    {
        using var source = Trained(1);
        using var state = source.SaveState();
        using var trainer = Trained(2);
        trainer.LoadState(state);
        var data = change switch
        {
            "samples" => Tiny.Data(44),
            "batch size" => Tiny.Data(batchSize: 8),
            "order" => Batches.FromTensor(Toy.EightGaussians(40, seed: 1), 10, shuffle: false),
            _ => Tiny.Data().Select(batch => batch),
        };

        var error = Assert.Throws<ArgumentException>(() => trainer.Fit(data, steps: 1));

        Assert.StartsWith(
            "The data or a callback is not made as in the run whose state was loaded, so that this run did not begin: '",
            error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        using var after = trainer.SaveState();
        Assert.Equal(StateRuns.Flat(state), StateRuns.Flat(after));
        trainer.Fit(Tiny.Data(), steps: 1); // which it is of
        Assert.Equal(8, trainer.StepCount);
    }

    [Fact]
    public void State_InUseForInference_IsRefused()
    {
        using var trainer = Trained(1);
        using (trainer.UseForInference())
            Assert.Throws<InvalidOperationException>(() => trainer.SaveState());
        using var state = trainer.SaveState();
        trainer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => trainer.SaveState());
        Assert.Throws<ObjectDisposedException>(() => trainer.LoadState(state));
    }

    [Fact]
    public void State_HoldsWhatAFileCan()
    {
        using var state = new State();
        state.Add("number", 1);
        Assert.Equal(1L, state["number"]);
        Assert.Contains("'number' is given twice", Assert.Throws<ArgumentException>(() => state.Add("number", 2)).Message, StringComparison.Ordinal);
        Assert.Contains("is a Guid", Assert.Throws<ArgumentException>(() => state.Add("id", Guid.Empty)).Message, StringComparison.Ordinal);
        Assert.Contains("It has: number", Assert.Throws<KeyNotFoundException>(() => state["other"]).Message, StringComparison.Ordinal);
        Assert.True(state.Remove("number"));
        Assert.False(state.Remove("number"));
    }

    [Fact]
    public void ToString_ListsNamesWithValues_AndTheShapesOfTensors()
    {
        var inner = new State();
        inner.Add("0.weight", zeros(16, 4));
        inner.Add("none", null);
        var state = new State();
        state.Add("steps", 7);
        state.Add("rate", 0.5);
        state.Add("weights", inner);
        state.Add("kind", "Adam");
        string[] expected =
        [
            "State of 5 values, 1 of them tensors with 64 numbers", "  steps: 7", "  rate: 0.5", "  weights/0.weight: (16, 4) Float32",
            "  weights/none: nothing", "  kind: 'Adam'",
        ];
        Assert.Equal(expected, state.ToString().Split(Environment.NewLine));
        for (var i = 0; i < 50; i++)
            state.Add($"more{i}", true);
        Assert.Equal("  and 5 more", state.ToString().Split(Environment.NewLine)[^1]);
        state.Dispose();
        Assert.Contains("weights/0.weight: a tensor that is disposed", state.ToString(), StringComparison.Ordinal);
    }

    private static AdversarialTrainer<Module<Tensor, Tensor>, Module<Tensor, Tensor>> Trained(int seed)
    {
        manual_seed(seed);
        var trainer = AdversarialTrainer.Create(Tiny.Generator(), Tiny.Discriminator(), Tiny.Objective(),
            new TrainerOptions { AverageDecay = 0.9 });
        trainer.Fit(Tiny.Data(), steps: 7);
        return trainer;
    }

    private static State Changed(State state, string change)
    {
        var (path, value) = (change.Split('=')[0].Split('/'), change.Split('=')[1]);
        var inner = path.SkipLast(1).Aggregate(state, (within, name) => (State)within[name]!);
        inner.Remove(path[^1]);
        if (value.Length > 0)
        {
            inner.Add(path[^1], value switch
            {
                "tensor" => zeros(3),
                "zeros" => zeros(5056, dtype: ScalarType.Byte),
                "null" => null,
                _ => long.TryParse(value, out var number) ? number : value,
            });
        }

        return state;
    }
}
