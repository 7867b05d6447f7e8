namespace GanKit;

/// <summary>Writes the metrics of every N-th step to a file: .csv for spreadsheets, .jsonl for scripts.</summary>
/// <remarks>
/// <para>
/// A record has <c>step</c>, <c>epoch</c>, <c>time</c> (UTC, ISO 8601) and the names of <see cref="StepResult.Metrics"/>.
/// It is taken from the first of every N steps that updated the generator, so that it is whole also where there are
/// several discriminator steps to each of the generator's, and from the run's last step. What a step has no value for is
/// left out: an empty cell in CSV, no property in JSON. A name that is new later becomes a new last column of the CSV.
/// NaN and infinity are written as <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>; in JSON, which can't, as strings.
/// </para>
/// <para>
/// Each record is handed to the operating system at once, so that a killed run leaves a readable log. The file is the
/// history of one training: a resumed run keeps the records up to the step that it resumes from and continues after
/// them, and a new run begins a new file. To keep older runs, give each its own folder. A file that is no metrics log is
/// not touched.
/// </para>
/// </remarks>
public sealed class MetricsLog : TrainingCallback
{
    private readonly RecordSchedule _schedule;
    private readonly TimeProvider _time;
    private MetricsFile? _file;

    /// <summary>Prepares a log; its file is made when the run begins.</summary>
    /// <param name="path">A file name that ends in .csv or .jsonl. Its folder is created if need be.</param>
    /// <param name="every">Steps between two records, at least 1; 50 by default.</param>
    /// <param name="timeProvider">The clock; the system's by default.</param>
    /// <exception cref="ArgumentException">The file name ends in something else.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is below 1.</exception>
    public MetricsLog(string path, long every = 50, TimeProvider? timeProvider = null)
    {
        MetricsFile.RequireExtension(path);
        FilePath = path;
        _schedule = new RecordSchedule(every);
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file exists and is no metrics log.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public override void OnFitStart(ITrainer trainer, FitPlan plan)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(plan);
        _file = MetricsFile.Open(FilePath, keepThroughStep: trainer.StepCount);
        _schedule.Start(trainer, plan);
    }

    /// <inheritdoc/>
    public override void OnStep(ITrainer trainer, StepResult step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (_schedule.IsDue(step))
            _file!.Append(new MetricsRecord(step.Step, step.Epoch, _time.GetUtcNow(), step.Metrics));
    }

    /// <inheritdoc/>
    public override void OnFitEnd(ITrainer trainer)
    {
        _file?.Dispose();
        _file = null;
    }
}
