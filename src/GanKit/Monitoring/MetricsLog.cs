namespace GanKit.Monitoring;

/// <summary>Writes the metrics of every N-th step to a file: .csv for spreadsheets, .jsonl for scripts.</summary>
/// <remarks>
/// <para>
/// A record has <c>step</c>, <c>epoch</c>, <c>time</c> (UTC, ISO 8601), the names of <see cref="StepResult.Metrics"/>, and the rates of
/// <see cref="StepResult.LearningRates"/> as <c>learning_rate/generator</c> and <c>learning_rate/discriminator</c>.
/// It is taken from the first of every N steps that updated the generator, so that it is whole also where there are
/// several discriminator steps to each of the generator's, and from the last step, also where the run was stopped or diverged. Missing values of a step are left out:
/// an empty cell in CSV, no property in JSON. A name that is new later becomes a new last column of the CSV.
/// NaN and infinity are written as <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>; in JSON, which can't, as strings.
/// </para>
/// <para>
/// Each record is handed to the operating system at once, so that a killed run leaves a readable log. The file is the
/// history of one training, and nothing of an older one is lost: a trainer that goes on, in another call of <c>Fit</c>, keeps the
/// records up to its <see cref="ITrainer.StepCount"/> and continues after them; a new trainer begins a new file, unless <see cref="Resume"/>
/// says that it goes on from an earlier one. In both cases a log with other records is first copied to <c>log.1.csv</c>, or the next
/// number that is free. A file that is no metrics log is not touched, nor one that another run is writing.
/// </para>
/// </remarks>
public sealed class MetricsLog : TrainingCallback
{
    private readonly RecordSchedule _schedule;
    private readonly TimeProvider _time;
    private MetricsFile? _file;
    private SourceReader _sources = new([]);
    private (long Step, long Epoch)? _before; // the last record of the run that is continued

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

    /// <summary>
    /// Whether a new trainer goes on from the run whose records the file holds, having loaded its weights: all of them stay, and steps
    /// and epochs are counted on from the last one. Columns are found by their names; a new one is added at the end. Where there is no file
    /// yet, one begins. <see langword="false"/> by default. A trainer that has done steps already counts by itself, as one does that has
    /// loaded a <see cref="State"/>: it needs no <see cref="Resume"/>, which then changes nothing.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>
    /// Parts that measure and watch the run; none by default. A metric is written when it comes, in a record of that step, as its name,
    /// <c>NAME/low</c> and <c>NAME/high</c>; in .jsonl events too, as <c>events</c>, each with <c>severity</c>, <c>title</c> and <c>text</c>.
    /// </summary>
    public IReadOnlyList<IReportSource> Sources { get; init => field = Given.NotNull(value); } = [];

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file exists and is no metrics log.</exception>
    /// <exception cref="IOException">The file can't be written, or another run is writing it.</exception>
    public override void OnFitStart(ITrainer trainer, FitPlan plan)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(plan);
        var goesOn = Resume && _before is null && trainer.StepCount == 0;
        _file = MetricsFile.Open(FilePath, keepThroughStep: goesOn ? long.MaxValue : trainer.StepCount + (_before?.Step ?? 0));
        _before ??= goesOn ? _file.Last : default;
        _schedule.Start(trainer, plan);
        _sources = SourceReader.After(trainer.StepCount, Sources);
    }

    /// <inheritdoc/>
    public override void OnStep(ITrainer trainer, StepResult step)
    {
        ArgumentNullException.ThrowIfNull(step);
        Append(step, isDue: _schedule.IsDue(step));
    }

    /// <inheritdoc/>
    public override void OnFitEnd(ITrainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        try
        {
            if (_file is not null && trainer.LastStep is { } last)
                Append(last, isDue: _schedule.Rest(trainer) is not null);
        }
        finally
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private void Append(StepResult step, bool isDue)
    {
        var values = isDue ? step.Logged.ToDictionary() : [];
        foreach (var (name, value) in _sources.NewPoints().SelectMany(SourceReader.Values))
            values[name] = value;
        TrainingEvent[] events = [.. _sources.NewEvents()];
        if (values.Count == 0 && (events.Length == 0 || !_file!.TakesEvents))
            return;
        var (steps, epochs) = _before ?? default;
        _file!.Append(new MetricsRecord(steps + step.Step, epochs + step.Epoch, _time.GetUtcNow(), values) { Events = events });
    }
}
