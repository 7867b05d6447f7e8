namespace GanKit.Tests.Training;

/// <summary>Uses of a generator on one thread, and steps and samples on another.</summary>
public class InferenceTurnsTests
{
    [Fact]
    public void UseForInference_EndedOnAnotherThread_GivesTheGeneratorBackAndSaysWhatIsWrong()
    {
        using var trainer = Tiny.Trainer(new TrainerOptions());
        using var batch = Tiny.Batch();
        using var outer = enable_grad();
        var use = trainer.UseForInference();

        OnAThread(() => Assert.Contains(
            "use none across an await", Assert.Throws<InvalidOperationException>(use.Dispose).Message));
        trainer.Step(batch);
    }

    /// <summary>What goes on on another thread is still the same use, and may not wait for itself.</summary>
    [Fact]
    public void Step_WithinAUseThatGoesOnOnAnotherThread_IsRefused()
    {
        using var trainer = Tiny.Trainer(new TrainerOptions());
        using var batch = Tiny.Batch();
        using var use = trainer.UseForInference();
        OnAThread(() =>
        {
            Assert.Throws<InvalidOperationException>(() => trainer.Step(batch));
            using var same = trainer.Sample(2);
            var mistake = Assert.Throws<InvalidOperationException>(
                () => trainer.UseForInference(mode: InferenceMode.AsTrained));
            Assert.Contains("ask for the same", mistake.Message);
        });
    }

    /// <summary>Turns are taken in the order of asking: a thread that does nothing but train lets others in.</summary>
    [Fact]
    public void Sample_BesideAThreadThatTrains_GetsItsTurn()
    {
        using var trainer = Tiny.Trainer(new TrainerOptions());
        using var batch = Tiny.Batch();
        var enough = false;
        var training = new Thread(() =>
        {
            while (!Volatile.Read(ref enough))
                trainer.Step(batch);
        });
        training.Start();
        SpinWait.SpinUntil(() => trainer.StepCount > 2);
        var longest = 0L;
        for (var i = 0; i < 20; i++)
        {
            using var use = trainer.UseForInference();
            var before = trainer.StepCount;
            Thread.Sleep(2);
            Assert.Equal(before, trainer.StepCount); // it waits
            use.Dispose();
            using var sample = trainer.Sample(1);
            longest = Math.Max(longest, trainer.StepCount - before);
        }

        Volatile.Write(ref enough, true);
        training.Join();
        Assert.InRange(longest, 0, 200); // a step takes less than a millisecond: the others had hardly to wait
    }

    [Fact]
    public void Fit_ThatWaitsForAUse_CanBeCancelled()
    {
        using var trainer = Tiny.Trainer(new TrainerOptions());
        using var source = new CancellationTokenSource();
        using var started = new ManualResetEventSlim();
        Exception? end = null;
        var training = new Thread(() =>
        {
            started.Wait();
            end = Record.Exception(() => trainer.Fit(Tiny.Data(), steps: 5, cancellationToken: source.Token));
        });
        training.Start(); // before the use, or it would be in it
        var use = trainer.UseForInference();
        started.Set();
        Assert.False(training.Join(50));
        source.Cancel();
        training.Join();
        use.Dispose();

        Assert.IsAssignableFrom<OperationCanceledException>(end);
        Assert.Equal(0, trainer.StepCount);
        trainer.Fit(Tiny.Data(), steps: 1);
    }

    private static void OnAThread(Action action)
    {
        Exception? error = null;
        var thread = new Thread(() => error = Record.Exception(action));
        thread.Start();
        thread.Join();
        Assert.Null(error);
    }
}
