namespace GanKit.Tests.Monitoring;

/// <summary>A trainer that trains nothing, and says how often its metrics were fetched.</summary>
internal sealed class FakeTrainer : ITrainer
{
    private static readonly nn.Module Nothing = nn.Identity();

    public nn.Module Generator => Nothing;

    public nn.Module Discriminator => Nothing;

    public Device Device => CPU;

    public long StepCount { get; set; }

    public StepResult? LastStep { get; private set; }

    public TrainerOptions Options { get; init; } = new();

    public IReadOnlyDictionary<string, double> LearningRates { get; set; } =
        new Dictionary<string, double>();

    public bool StopRequested { get; private set; }

    public void RequestStop() => StopRequested = true;

    public void VisitState(StateVisitor visitor)
    {
    }

    internal int DiscriminatorSteps { get; init; } = 1;

    internal long StepsPerEpoch { get; init; } = 10;

    internal long BatchSize { get; init; } = 64;

    /// <summary>The metrics at a step; the generator's are dropped where it was not updated.</summary>
    internal Func<long, Dictionary<string, double>> Metrics { get; init; } =
        step => new() { ["discriminator"] = step, ["generator"] = -step, ["discriminator/adversarial"] = step, ["D(x)"] = 0.5 };

    /// <summary>Makes the samples; their brightness is the step's by default.</summary>
    internal Func<FakeTrainer, long, Tensor> Samples { get; init; } =
        (trainer, count) => full([count, 1, 4, 4], trainer.StepCount / 100f);

    /// <summary>What each step says that it took.</summary>
    internal TimeSpan Duration { get; init; }

    /// <summary>What each step says that its batch took.</summary>
    internal TimeSpan DataWait { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Called before each step.</summary>
    internal Action<long> BeforeStep { get; init; } = _ => { };

    internal List<long> FetchedSteps { get; } = [];

    internal List<(long Count, bool Averaged, long? Seed)> SampleCalls { get; } = [];

    public IDisposable UseForInference(bool averaged = true, InferenceMode? mode = null) => no_grad();

    public Tensor Sample(long count, bool averaged = true, long? seed = null, long? label = null)
    {
        SampleCalls.Add((count, averaged, seed));
        return Samples(this, count);
    }

    public Tensor Sample(Tensor condition, bool averaged = true, long? seed = null) => throw new NotSupportedException();

    public Preview Preview(PreviewOptions? options = null) => options is { } wanted
        ? new([new("samples", Sample(wanted.Count, wanted.Averaged, wanted.Seed))], wanted.Columns) : throw new NotSupportedException();

    /// <summary>Goes through a run as the real trainer does, up to <paramref name="stopAfter"/> steps of it.</summary>
    internal void Fit(long? steps, long? stopAfter = null, long? epochs = null, params TrainingCallback[] callbacks)
    {
        var planned = steps ?? epochs * StepsPerEpoch;
        var plan = new FitPlan(planned, StepsPerEpoch, epochs);
        try
        {
            foreach (var callback in callbacks)
                callback.OnFitStart(this, plan);
            for (var done = 0L; done < Math.Min(planned ?? long.MaxValue, stopAfter ?? long.MaxValue); done++)
                Step(callbacks);
        }
        finally
        {
            foreach (var callback in callbacks)
                callback.OnFitEnd(this);
        }
    }

    private void Step(TrainingCallback[] callbacks)
    {
        BeforeStep(StepCount + 1);
        StepCount++;
        var updated = StepCount % DiscriminatorSteps == 0;
        var current = StepCount;
        var result = LastStep = new StepResult(current, (current - 1) / StepsPerEpoch + 1, BatchSize, updated, LearningRates, () =>
        {
            Assert.Equal(current, StepCount);
            FetchedSteps.Add(current);
            var metrics = Metrics(current);
            if (!updated)
                metrics.Remove("generator");
            return metrics;
        })
        {
            Duration = Duration,
            DataWait = DataWait,
        };
        foreach (var callback in callbacks)
            callback.OnStep(this, result);
        if (current % StepsPerEpoch == 0)
        {
            foreach (var callback in callbacks)
                callback.OnEpochEnd(this, current / StepsPerEpoch);
        }
    }
}
