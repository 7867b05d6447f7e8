namespace GanKit.Monitoring;

/// <summary>Keeps the run's best generator by a metric: in a file, in memory, or both.</summary>
/// <remarks>
/// Best is as in <see cref="EarlyStopping"/>: a measurement takes the place of the best one where it is better beyond the noise. The file has the
/// averaged weights where the trainer averages, and is replaced as a whole. In memory is the state of networks, averages and optimisers, about
/// four times the weights; it is kept where <see cref="RestoresAtEnd"/> is set.
/// </remarks>
/// <example><code>callbacks: [distance, new BestCheckpoint(distance, "out/best.safetensors") { RestoresAtEnd = true }]</code></example>
public sealed class BestCheckpoint : TrainingCallback, IStateful, IDisposable
{
    private readonly BestTracker _tracker;
    private readonly string? _path;
    private State? _state; // of the trainer

    /// <summary>Prepares to keep the best.</summary>
    /// <param name="source">What measures, a callback of the same run before this one.</param>
    /// <param name="path">The file of the generator's weights, <c>.safetensors</c>, <c>.pth</c> or <c>.dat</c>; none by default.</param>
    /// <param name="metric">The metric's name; by default the first that the source has.</param>
    /// <param name="leastImprovement">The least difference that is an improvement, at least 0; 0, the noise alone.</param>
    /// <param name="distances">The names of two distances by which overfitting is known, as <see cref="EarlyStopping"/> has them; none by default.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="leastImprovement"/> is negative.</exception>
    public BestCheckpoint(
        IReportSource source, string? path = null, string? metric = null, double leastImprovement = 0,
        (string SamplesToTraining, string TestToTraining)? distances = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(leastImprovement);
        _path = path;
        _tracker = new(source, metric) { LeastImprovement = leastImprovement, Distances = distances };
    }

    /// <summary>The best measurement; null before the first.</summary>
    public MetricPoint? Best => _tracker.Best;

    /// <summary>The file; null without one.</summary>
    public string? FilePath => _path;

    /// <summary>Whether the trainer is brought back to the best state when the run ends, also where it failed; no.</summary>
    public bool RestoresAtEnd { get; init; }

    /// <inheritdoc/>
    public override void OnFitStart(ITrainer trainer, FitPlan plan)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        _tracker.Begin();
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file can't be written; an older one is as it was.</exception>
    public override void OnStep(ITrainer trainer, StepResult step)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        var looks = _tracker.Look();
        _tracker.WarnOfOtherNames(trainer);
        if (looks is not [.., (_, IsBest: true, _)])
            return;
        if (RestoresAtEnd)
            Keep(trainer);
        if (_path is not null)
            Write(trainer, _path);
    }

    /// <inheritdoc/>
    public override void OnFitEnd(ITrainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        if (RestoresAtEnd && _state is not null)
            trainer.LoadState(_state);
    }

    /// <summary>The best measurement, and the state where it is kept. The file stays where it is.</summary>
    /// <inheritdoc/>
    public void VisitState(StateVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        visitor.Part("best", _tracker);
        visitor.Late("state", ref _state);
    }

    /// <summary>Frees the state that it keeps.</summary>
    public void Dispose()
    {
        _state?.Dispose();
        _state = null;
    }

    private void Keep(ITrainer trainer)
    {
        var state = LearnedState.Of(trainer);
        Dispose();
        _state = state;
    }

    private static void Write(ITrainer trainer, string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        using (trainer.UseForInference())
            trainer.Generator.SaveWeights(path);
    }
}
