using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

/// <summary>A run that goes on from a state, with everything made anew from other seeds, is the run that never stopped.</summary>
public class StateTests
{
    public static TheoryData<string, long, bool> Runs
    {
        get
        {
            var all = new TheoryData<string, long, bool>();
            foreach (var run in StateRuns.All.Keys)
            {
                all.Add(run, 7, true); // in the middle of the second epoch, within Fit
                all.Add(run, 7, false); // after Fit
            }

            all.Add("DCGAN", 5, true); // an epoch's last step, before it is counted
            all.Add("DCGAN", 5, false);
            all.Add("DCGAN, fresh real batches", 6, true);
            all.Add("DCGAN, fresh real batches", 6, false);
            all.Add("WGAN-GP, lazy", 10, false);
            all.Add("CycleGAN", 1, true);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void LoadState_InARunMadeAnew_GoesOnToTheLastBit(string name, long steps, bool within)
    {
        const int More = 9;
        using var scope = NewDisposeScope();
        using var straight = StateRuns.All[name](1);
        State? state = null;
        if (within)
        {
            straight.Fit(steps + More, TrainingCallback.Every(steps, (trainer, _) => state ??= trainer.SaveState()));
        }
        else
        {
            straight.Fit(steps + More);
            using var first = StateRuns.All[name](1);
            state = first.Fit(steps).Trainer.SaveState();
        }

        using var resumed = StateRuns.All[name](999);
        resumed.Trainer.LoadState(state!);
        state!.Dispose();
        resumed.Fit(More);

        Assert.Equal(straight.Log.Skip((int)steps), resumed.Log);
        using State end = straight.Trainer.SaveState(), other = resumed.Trainer.SaveState();
        Assert.Equal(StateRuns.Flat(end), StateRuns.Flat(other));
        Assert.Equal(straight.Trainer.Warnings, resumed.Trainer.Warnings);
    }

    [Fact]
    public void LoadState_Twice_GoesOnToTheLastBit()
    {
        using var straight = StateRuns.All["CycleGAN"](1).Fit(12);
        using var first = StateRuns.All["CycleGAN"](1).Fit(4);
        using var early = first.Trainer.SaveState();
        using var second = StateRuns.All["CycleGAN"](2);
        second.Trainer.LoadState(early);
        using var untouched = second.Trainer.SaveState(); // before its data came
        Assert.Equal(StateRuns.Flat(early), StateRuns.Flat(untouched));
        using var late = second.Fit(4).Trainer.SaveState();
        using var third = StateRuns.All["CycleGAN"](3);
        third.Trainer.LoadState(late);
        third.Fit(4);

        Assert.Equal(straight.Log.Skip(8), third.Log);
    }

    [Fact]
    public void Fit_OfEpochsFromAStateWithinOne_CountsTheRestAsOne()
    {
        using var straight = StateRuns.All["DCGAN"](1);
        State? state = null;
        straight.Fit(15, TrainingCallback.Every(7, (trainer, _) => state ??= trainer.SaveState()));
        using var resumed = StateRuns.All["DCGAN"](2);
        resumed.Trainer.LoadState(state!);
        var trainer = (AdversarialTrainer<Module<Tensor, Tensor>, Module<Tensor, Tensor>>)resumed.Trainer;
        FitPlan? plan = null;
        var epochs = new List<(long, long)>();

        trainer.Fit(resumed.Data, epochs: 2, callbacks: [new Spy(given => plan = given),
            TrainingCallback.EveryEpoch((trainer, epoch) => epochs.Add((epoch, trainer.StepCount)))]);

        Assert.Equal(new FitPlan(8, 5, 2), plan);
        Assert.Equal([(2, 10), (3, 15)], epochs);
        using State end = straight.Trainer.SaveState(), other = trainer.SaveState();
        end.Remove("fit"); // that of steps has not asked the data whether its epoch is over
        other.Remove("fit");
        Assert.Equal(StateRuns.Flat(end), StateRuns.Flat(other));
        state!.Dispose();
    }

    /// <summary>Back to an earlier state while it trains: networks go back, and the data goes on.</summary>
    [Fact]
    public void LoadState_WithinFit_LetsTheDataGoOn()
    {
        using var run = StateRuns.All["DCGAN"](1);
        State? early = null;
        run.Fit(8, TrainingCallback.Every(1, (trainer, step) =>
        {
            if (step.Step == 3)
                early ??= trainer.SaveState();
            if (step.Step == 6 && run.Log.Count == 6)
                trainer.LoadState(early!);
        }));
        early!.Dispose();

        Assert.Equal(["1", "2", "3", "4", "5", "6", "4", "5"], run.Log.Select(line => line.Split(' ')[0]));
        using var state = run.Trainer.SaveState();
        Assert.Equal((1L, 12L), ((long)Data(state)["epoch"]!, (long)Data(state)["samples_done"]!));

        static State Data(State state) => (State)((State)state["fit"]!)["data"]!;
    }

    /// <summary>A preview looks at a batch before its step, which is still to come where the run goes on.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void SaveState_AfterAPreviewLookedAhead_HasTheBatchStillToCome(long at)
    {
        using var straight = StateRuns.All["pix2pix"](1).Fit(9);
        using var watched = StateRuns.All["pix2pix"](1);
        State? state = null;
        watched.Fit(9, new AtEpochEnds(trainer =>
        {
            if (trainer.StepCount != at)
                return;
            trainer.Preview().Dispose();
            state = trainer.SaveState();
        }));
        using var resumed = StateRuns.All["pix2pix"](2);
        resumed.Trainer.LoadState(state!);
        state!.Dispose();

        Assert.Equal(watched.Log.Skip((int)at), resumed.Fit(9 - at).Log);
        Assert.Equal(straight.Log, watched.Log);
    }

    /// <summary>A state of the last step of an epoch, whose end neither the run nor the data knows yet, and a first preview on it.</summary>
    [Theory]
    [InlineData(false, 5)]
    [InlineData(true, 3)] // of 5 batches
    public void Preview_WhereAStateOfAnEpochsLastStepGoesOn_DrawsTheNextEpoch(bool fresh, long at)
    {
        StateRuns Run(int seed) => StateRuns.Pix2Pix(seed, new() { FreshRealBatch = fresh });
        using var straight = Run(1).Fit(2 * at);
        using var first = Run(1).Fit(at);
        using var state = first.Trainer.SaveState();
        using var resumed = Run(2);
        resumed.Trainer.LoadState(state);
        State? later = null;

        resumed.Fit(at, new AtStart(trainer =>
        {
            trainer.Preview().Dispose();
            later = trainer.SaveState();
        }));

        Assert.Equal(straight.Log.Skip((int)at), resumed.Log);
        using var again = Run(3);
        again.Trainer.LoadState(later!);
        later!.Dispose();
        Assert.Equal(resumed.Log, again.Fit(at).Log);
    }

    private sealed class AtStart(Action<ITrainer> act) : TrainingCallback
    {
        public override void OnFitStart(ITrainer trainer, FitPlan plan) => act(trainer);
    }

    public static TheoryData<string> TorchSharpOptimizers =>
        ["ASGD", "Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "NAdam", "RAdam", "RMSProp", "Rprop", "SGD", "SGD with momentum"];

    [Theory]
    [MemberData(nameof(TorchSharpOptimizers))]
    public void LoadState_OfAnyOptimizer_GoesOnToTheLastBit(string name)
    {
        OptimizerFactory create = (parameters, rate) => name switch
        {
            "ASGD" => optim.ASGD(parameters, rate),
            "Adadelta" => optim.Adadelta(parameters, rate),
            "Adagrad" => optim.Adagrad(parameters, rate),
            "Adam" => optim.Adam(parameters, rate),
            "AdamW" => Optimizers.AdamW(parameters, rate, amsgrad: true),
            "Adamax" => optim.Adamax(parameters, rate),
            "NAdam" => optim.NAdam(parameters, rate),
            "RAdam" => optim.RAdam(parameters, rate),
            "RMSProp" => optim.RMSProp(parameters, rate, momentum: 0.5),
            "Rprop" => optim.Rprop(parameters, rate),
            "SGD" => optim.SGD(parameters, rate),
            _ => optim.SGD(parameters, rate, momentum: 0.9),
        };
        var options = new TrainerOptions { Optimizer = create };
        using var straight = StateRuns.Dcgan(1, options).Fit(6);
        using var first = StateRuns.Dcgan(1, options).Fit(3);
        using var state = first.Trainer.SaveState();
        using var resumed = StateRuns.Dcgan(2, options);
        resumed.Trainer.LoadState(state);

        Assert.Equal(straight.Log.Skip(3), resumed.Fit(3).Log);
        resumed.Trainer.LoadState(state); // and back, where buffers are there already
        using var again = resumed.Trainer.SaveState();
        Assert.Equal(StateRuns.Flat(state), StateRuns.Flat(again));
    }

    [Fact]
    public void SaveState_IsASnapshot_AndLeaksNothing()
    {
        using var run = StateRuns.All["CycleGAN"](1).Fit(3);
        var before = LiveTensors.OfThisThread;
        var state = run.Trainer.SaveState();
        var then = StateRuns.Flat(state);
        run.Trainer.LoadState(state);
        run.Trainer.LoadState(state);
        Assert.Equal(then, StateRuns.Flat(state));
        state.Dispose();

        Assert.Equal(before, LiveTensors.OfThisThread);
        using var later = run.Trainer.SaveState();
        run.Fit(2);
        Assert.Equal(then.Where(entry => !entry.Key.StartsWith("fit/", StringComparison.Ordinal)),
            StateRuns.Flat(later).Where(entry => !entry.Key.StartsWith("fit/", StringComparison.Ordinal)));
    }

    private sealed class AtEpochEnds(Action<ITrainer> act) : TrainingCallback
    {
        public override void OnFitStart(ITrainer trainer, FitPlan plan) => act(trainer);

        public override void OnEpochEnd(ITrainer trainer, long epoch) => act(trainer);
    }

    private sealed class Spy(Action<FitPlan> look) : TrainingCallback
    {
        public override void OnFitStart(ITrainer trainer, FitPlan plan) => look(plan);
    }
}
