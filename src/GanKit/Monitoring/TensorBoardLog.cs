using static TorchSharp.torch;

namespace GanKit.Monitoring;

/// <summary>Writes metrics, and samples if wanted, as event files for TensorBoard.</summary>
/// <remarks>
/// Metrics become scalars under their names in <see cref="StepResult.Metrics"/>, and learning rates as <c>learning_rate/generator</c>
/// and <c>learning_rate/discriminator</c>, as single-precision numbers; they are
/// taken from the same steps as <see cref="MetricsLog"/> takes them. Watch with <c>tensorboard --logdir FOLDER</c>; give
/// each run its own folder within it. Events are on disk when <see cref="OnStep"/> returns. Each run writes a new event file, which
/// TensorBoard joins with the older ones of the folder.
/// </remarks>
public sealed class TensorBoardLog : TrainingCallback
{
    private readonly RecordSchedule _schedule;
    private readonly long? _samplesEvery;
    private readonly string _folder;
    private EventFile? _file;
    private SourceReader _sources = new([]);

    /// <summary>Prepares a log; its event file is made when the run begins.</summary>
    /// <param name="folder">The run's folder, for example <c>runs/dcgan-1</c>; it is created if need be.</param>
    /// <param name="every">Steps between two records of the metrics, at least 1; 50 by default.</param>
    /// <param name="samplesEvery">Steps between two pictures of samples, at least 1; none by default.</param>
    /// <exception cref="ArgumentException">The folder has no name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of steps is below 1.</exception>
    public TensorBoardLog(string folder, long every = 50, long? samplesEvery = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (samplesEvery is { } steps)
            ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1, nameof(samplesEvery));
        _folder = folder;
        _schedule = new RecordSchedule(every);
        _samplesEvery = samplesEvery;
    }

    /// <summary>The content of pictures; by default 64 samples, 8 of each class, or of the first training batch.</summary>
    public PreviewOptions Preview { get; init => field = Given.NotNull(value); } = new();

    /// <summary>
    /// Parts that measure and watch the run; none by default. A metric becomes scalars under its name, <c>NAME/low</c> and <c>NAME/high</c>,
    /// and an event a text under <c>events/SEVERITY</c>.
    /// </summary>
    public IReadOnlyList<IReportSource> Sources { get; init => field = Given.NotNull(value); } = [];

    /// <summary>The clock.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <inheritdoc/>
    /// <exception cref="IOException">The folder can't be written.</exception>
    public override void OnFitStart(ITrainer trainer, FitPlan plan)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(plan);
        _file = EventFile.Begin(_folder, Time);
        _schedule.Start(trainer, plan);
        _sources = SourceReader.After(trainer.StepCount, Sources);
        if (_samplesEvery is not null)
            WriteSamples(trainer); // The untrained ones too, so that what can't be shown fails now.
    }

    /// <inheritdoc/>
    public override void OnStep(ITrainer trainer, StepResult step)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(step);
        if (_schedule.IsDue(step))
            Write(step);
        WriteSources();
        if (step.Step % _samplesEvery == 0)
            WriteSamples(trainer);
    }

    /// <inheritdoc/>
    public override void OnFitEnd(ITrainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        try
        {
            if (_file is not null && _schedule.Rest(trainer) is { } last)
                Write(last);
            if (_file is not null)
                WriteSources();
        }
        finally
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private void Write(StepResult step)
    {
        foreach (var (name, value) in step.Logged)
            _file!.AddScalar(name, (float)value, step.Step);
    }

    private void WriteSources()
    {
        foreach (var point in _sources.NewPoints())
        {
            foreach (var (name, value) in SourceReader.Values(point))
                _file!.AddScalar(name, (float)value, point.Step);
        }

        foreach (var found in _sources.NewEvents())
            _file!.AddText($"events/{found.Severity.ToString().ToLowerInvariant()}", $"**{found.Title}** {found.Text}", found.Step);
    }

    private void WriteSamples(ITrainer trainer)
    {
        using var scope = NewDisposeScope();
        using var preview = trainer.Preview(Preview);
        foreach (var row in preview.Rows)
        {
            var grid = ImageGrid.Make(row.Images, Preview.Columns);
            _file!.AddPicture(
                preview.Rows.Count == 1 ? row.Label : $"samples/{row.Label}", PixelBuffer.FromTensor(grid),
                trainer.StepCount);
        }
    }
}
