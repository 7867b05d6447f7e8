using GanKit.Tests.Training;

namespace GanKit.Tests.Monitoring.Health;

public class WatchdogTests
{
    private static readonly HealthReading Good = new()
    {
        Distance = 0.02,
        DistanceError = 0.005,
        Diversity = 0.9,
        DiversityError = 0.02,
        DataDiversity = 1,
        DataDiversityError = 0.01,
        Precision = 0.9,
        Coverage = 0.85,
        DataDistance = 0,
        DataDistanceError = 0.01,
        RealAccuracy = 0.7,
        FakeAccuracy = 0.7,
        HeldOutAccuracy = 0.68,
        Separation = 0.8,
        Memorization = 0.52,
        Overfitting = 0.05,
        RealLogit = 1,
        FakeLogit = -1,
        Boundary = 0,
        GeneratorGradient = 1,
        DiscriminatorGradient = 1,
        GeneratorLoss = 1,
        DiscriminatorLoss = 1,
    };

    public static TheoryData<TrainingFault> Faults => [.. Enum.GetValues<TrainingFault>()];

    [Theory]
    [MemberData(nameof(Faults))]
    public void Diagnosis_OfAFault_TellsItFromTheOthers(TrainingFault fault)
    {
        var found = new Diagnosis(new()).Find([.. Enumerable.Repeat(Bad(fault), 30)]);
        Assert.Equal(fault, found.First().Fault);
    }

    [Fact]
    public void Diagnosis_OfGoodReadings_FindsNothing() => Assert.Empty(new Diagnosis(new()).Find([.. Enumerable.Repeat(Good, 40)]));

    [Fact]
    public void Diagnosis_OfGrowingGradients_IsDivergence_WhereSamplesGetWorse()
    {
        HealthReading[] before = [.. Enumerable.Repeat(Good, 10)];
        var now = Good with { GeneratorGradient = 1000 };
        Assert.Empty(new Diagnosis(new()).Find([.. before, now]));
        Assert.Equal(TrainingFault.Divergence, new Diagnosis(new()).Find([.. before, now with { Distance = 0.09 }]).First().Fault);
    }

    [Fact]
    public void Diagnosis_OfHeldOutDataOfAnotherKind_IsNoOverfitting()
    {
        var overfitted = Bad(TrainingFault.DiscriminatorOverfitting);
        Assert.Equal(TrainingFault.NarrowData, new Diagnosis(new()).Find([.. Enumerable.Repeat(overfitted with { DataDistance = 0.03 }, 10)]).First().Fault);
    }

    /// <summary>Samples of little diversity that still come nearer are a beginning.</summary>
    [Fact]
    public void Diagnosis_OfABeginning_IsNoCollapse()
    {
        HealthReading[] readings = [.. Enumerable.Range(0, 20).Select(i => Good with { Diversity = 0.2, Distance = 0.5 - 0.02 * i })];
        for (var i = 1; i <= readings.Length; i++)
            Assert.Empty(new Diagnosis(new()).Find(readings.AsSpan(0, i)));
    }

    [Fact]
    public void Diagnosis_OfALossThatWasZero_KnowsNothingOfItsGrowth()
    {
        HealthReading[] before = [.. Enumerable.Repeat(Good with { DiscriminatorLoss = 0, DiscriminatorGradient = 0 }, 10)];
        Assert.Empty(new Diagnosis(new()).Find([.. before, Good with { DiscriminatorLoss = 0.001, Distance = 0.09 }]));
    }

    /// <summary>Two modes of eight, opposite each other, are nearly as far apart as all are.</summary>
    [Fact]
    public void Diagnosis_OfSamplesInFewPlaces_IsModeCollapse_ThoughTheyAreDiverse()
    {
        var few = Good with { Precision = 0.95, Coverage = 0.25 };
        Assert.Equal(TrainingFault.ModeCollapse, new Diagnosis(new()).Find([.. Enumerable.Repeat(few, 20)]).First().Fault);
        Assert.Empty(new Diagnosis(new()).Find([.. Enumerable.Repeat(few with { Precision = 0.2, Coverage = 0.05 }, 20)])); // not there yet
    }

    [Fact]
    public void Diagnosis_OfNarrowData_HeedsTheErrorOfTheirOwnDiversity()
    {
        var narrow = Good with { DataDiversity = 0.85, DataDistance = 0.2, Diversity = 0.85 };
        Assert.Equal(TrainingFault.NarrowData, new Diagnosis(new()).Find([.. Enumerable.Repeat(narrow, 10)]).First().Fault);
        Assert.Empty(new Diagnosis(new()).Find([.. Enumerable.Repeat(narrow with { DataDiversityError = 0.05 }, 10)]));
    }

    [Fact]
    public void Diagnosis_InTheWarmUp_KnowsOnlyWhatIsNoNumber()
    {
        Assert.Empty(new Diagnosis(new()).Find([Bad(TrainingFault.ModeCollapse)]));
        Assert.Equal(TrainingFault.Divergence, new Diagnosis(new()).Find([Good with { NotFinite = "x" }]).Single().Fault);
    }

    [Fact]
    public void Streaks_OfNoisyReadings_AreNoAlarm_AndARealOneIsOnce()
    {
        var streaks = new FaultStreaks(new());
        var collapse = TrainingFault.ModeCollapse;
        var begun = new List<int>();
        var ended = new List<int>();
        bool[] seen = [true, true, false, true, true, false, true, true, true, true, false, true, false, false, false, true, true, true];
        for (var i = 0; i < seen.Length; i++)
        {
            var (begins, ends) = streaks.Look(seen[i] ? [collapse] : [], isSure: false);
            if (begins is not null)
                begun.Add(i);
            if (ends is not null)
                ended.Add(i);
        }

        Assert.Equal([8, 17], begun);
        Assert.Equal([14], ended);
    }

    [Fact]
    public void Streaks_OfTwoFaults_SayTheOneThatExplainsTheOther()
    {
        var streaks = new FaultStreaks(new());
        var said = Enumerable.Range(0, 8).Select(i => streaks.Look(
            i < 1 ? [TrainingFault.NoProgress] : [TrainingFault.NoProgress, TrainingFault.ModeCollapse], isSure: false).Begun).OfType<TrainingFault>();
        Assert.Equal([TrainingFault.ModeCollapse], said);
    }

    [Theory]
    [InlineData(WatchdogPolicy.Report)]
    [InlineData(WatchdogPolicy.Stop)]
    public void Fault_InARun_IsReportedOrStopsIt(WatchdogPolicy policy)
    {
        using var trainer = Tiny.Trainer();
        using var health = new TrainingHealth(every: 1);
        using var watchdog = new Watchdog(health, Touchy) { Policy = policy };
        trainer.Fit(Tiny.Data(), steps: 10, callbacks: [health, watchdog]);

        Assert.Equal(policy == WatchdogPolicy.Stop ? 4 : 10, trainer.StepCount); // 2 to warm up, 2 of patience
        var found = Assert.Single(watchdog.Events);
        Assert.Equal((4, "No progress"), (found.Step, found.Title));
        Assert.Equal(policy == WatchdogPolicy.Stop ? TrainingEventSeverity.Error : TrainingEventSeverity.Warning, found.Severity);
        Assert.Contains(trainer.Warnings, warning => warning.StartsWith("No progress at step 4", StringComparison.Ordinal));
    }

    [Fact]
    public void Fault_WithRollBack_BringsTheStateBack_LowersTheRates_AndStopsInTheEnd()
    {
        using var scope = NewDisposeScope();
        using var trainer = Tiny.Trainer(new() { FiniteCheckInterval = int.MaxValue });
        var start = Tiny.Snapshot(trainer.Generator);
        using var health = new TrainingHealth(every: 1);
        using var watchdog = new Watchdog(health, Touchy with { MostRollBacks = 2, WarmUp = 0 }) { Policy = WatchdogPolicy.RollBack };
        trainer.Fit(Tiny.Data(), steps: 20, callbacks: [health, watchdog, TrainingCallback.Every(1, (_, _) => { })]);

        Assert.Equal(3, watchdog.Events.Count);
        Assert.Equal(0.25, trainer.LearningRateFactor);
        Assert.Contains("went back to those of step 0", watchdog.Events[0].Text, StringComparison.Ordinal);
        Assert.Equal(TrainingEventSeverity.Error, watchdog.Events[2].Severity);
        Assert.Equal(6, health.Readings.Count); // twice two and back, and two more
        Assert.Equal(6, trainer.StepCount); // which are counted on
        var isStart = Tiny.Snapshot(trainer.Generator).Zip(start).All(pair => pair.First.equal(pair.Second).all().item<bool>());
        Assert.False(isStart);
    }

    /// <summary>Whether the trainer's own check or a reading finds it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Divergence_WithRollBack_GoesBackOnce_AndTheRunEndsAsPlanned(int check)
    {
        using var scope = NewDisposeScope();
        using var trainer = Tiny.Trainer(new() { FiniteCheckInterval = check, AverageDecay = 0.9 });
        using var health = new TrainingHealth(Tiny.Data(), every: 2);
        using var watchdog = new Watchdog(health, new() { WarmUp = 100 }) { Policy = WatchdogPolicy.RollBack };
        using var folder = new TemporaryFolder();
        var report = new TrainingReport(folder.File("report.html"), every: 1) { Sources = [health, watchdog], Preview = null };
        trainer.Fit(WithNaN(at: 7), steps: 20, callbacks: [health, watchdog, report]);

        Assert.Equal(20, trainer.StepCount);
        Assert.Equal(0.5, trainer.LearningRateFactor);
        var found = Assert.Single(watchdog.Events);
        Assert.Equal((check == 1 ? 7 : 8, "Divergence"), (found.Step, found.Title));
        Assert.Matches("went back to those of step [246],", found.Text);
        Assert.All(trainer.Generator.parameters(), weight => Assert.True(weight.isfinite().all().item<bool>()));
        var events = File.ReadAllText(report.FilePath);
        Assert.Single(events.Split("went back to those of step")[1..]); // and not as a warning too
    }

    [Fact]
    public void Divergence_WithoutRollBack_IsSaid_ThoughLossesAreFinite()
    {
        using var trainer = Tiny.Trainer(new() { FiniteCheckInterval = 1 });
        using var health = new TrainingHealth(every: 5);
        using var watchdog = new Watchdog(health);
        var breaks = TrainingCallback.Every(3, (running, _) =>
        {
            using var quiet = no_grad();
            running.Generator.parameters().First().fill_(float.PositiveInfinity);
        });
        Assert.ThrowsAny<Exception>(() => trainer.Fit(Tiny.Data(), steps: 20, callbacks: [health, watchdog, breaks]));
        Assert.Equal("Divergence", Assert.Single(watchdog.Events).Title);
    }

    [Fact]
    public void Watchdog_WithoutReadings_Warns()
    {
        using var trainer = Tiny.Trainer();
        using var health = new TrainingHealth(every: 5);
        using var watchdog = new Watchdog(health);
        trainer.Fit(Tiny.Data(), steps: 6, callbacks: [watchdog]);
        Assert.Contains(trainer.Warnings, warning => warning.Contains("no reading in 6 steps", StringComparison.Ordinal));
    }

    [Fact]
    public void State_OfAWatchdog_GoesOn()
    {
        using var first = Tiny.Trainer();
        using var health = new TrainingHealth(every: 1);
        using var watchdog = new Watchdog(health, Touchy);
        first.Fit(Tiny.Data(), steps: 5, callbacks: [health, watchdog]);
        using var state = first.SaveState();

        using var second = Tiny.Trainer();
        second.LoadState(state);
        using var laterHealth = new TrainingHealth(every: 1);
        using var later = new Watchdog(laterHealth, Touchy);
        second.Fit(Tiny.Data(), steps: 3, callbacks: [laterHealth, later]);
        Assert.Equal(watchdog.Events, later.Events); // said once, and not again
        Assert.Equal(TrainingFault.NoProgress, later.Fault);
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        using var health = new TrainingHealth();
        foreach (var wrong in (WatchdogOptions[])[new() { Patience = 0 }, new() { WarmUp = -1 }, new() { RollBackFactor = 0 }, new() { Explosion = double.NaN }])
            Assert.Contains("must be", Assert.Throws<ArgumentException>(() => new Watchdog(health, wrong)).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<Batch> WithNaN(int at)
    {
        for (var step = 1; ; step++)
            yield return new Batch(step == at ? full([10, 2], float.NaN) : randn(10, 2));
    }

    /// <summary>Finds no progress in any run.</summary>
    private static WatchdogOptions Touchy => new()
    {
        WarmUp = 2,
        Patience = 2,
        FarDistance = 0,
        BlindSeparation = 1,
        CollapsedDiversity = 0,
        NarrowDiversity = 0,
        Explosion = 1e9,
        MostLogits = 1e9,
        CollapsedCoverage = 0,
    };

    private static HealthReading Bad(TrainingFault fault) => fault switch
    {
        TrainingFault.Divergence => Good with { RealLogit = 90, FakeLogit = -10, Distance = 0.6, Separation = 1 },
        TrainingFault.NarrowData => Good with { DataDiversity = 0.6, DataDistance = 0.2, Diversity = 0.6, Distance = 0.3 },
        TrainingFault.ModeCollapse => Good with { Diversity = 0.1, Distance = 0.4, Separation = 1, RealAccuracy = 1, FakeAccuracy = 1 },
        TrainingFault.DiscriminatorOverfitting => Good with { Overfitting = 0.9, RealAccuracy = 1, HeldOutAccuracy = 0.4, FakeAccuracy = 1, Memorization = 0.95, Separation = 1 },
        TrainingFault.DiscriminatorOverpowering => Good with { Separation = 1, RealAccuracy = 1, FakeAccuracy = 1, Distance = 0.3 },
        _ => Good with { Separation = 0.5, Distance = 0.3 },
    };
}
