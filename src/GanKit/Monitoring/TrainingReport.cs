using System.Globalization;
using static System.FormattableString;

namespace GanKit.Monitoring;

/// <summary>Shows a run on one page: an HTML file that a browser opens without a network.</summary>
/// <remarks>
/// <para>
/// It has the curves of losses, observations, learning rates and of the metrics of <see cref="Sources"/> with their intervals; pictures of
/// the preview over time, with a slider; what the sources noticed; the step that was best by the first metric, and how the last
/// compares; options, networks, machine and timing. Charts are drawn by uPlot, which is part of the file.
/// </para>
/// <para>
/// The file is replaced as a whole when a run begins, at most once in <see cref="Interval"/> while it trains, and when it ends. It stays
/// under 5 MB, and the memory for it is bounded: a curve has at most 800 points, each the mean and range of equally many values once there are
/// more, and there are at most 40 pictures, of which every second one goes when there are too many.
/// </para>
/// <para>
/// A trainer whose state was loaded goes on with the report that the file holds: steps after <see cref="ITrainer.StepCount"/> are set aside
/// and drawn faintly, and the place is an event. What happened between the last writing and the end of a killed run is not in it. A trainer at step
/// 0 begins a new report; an older one is first copied to <c>report.1.html</c>, or the next number that is free. A file that is no report is
/// not touched.
/// </para>
/// </remarks>
/// <example><code>new TrainingReport("out/report.html") { Title = "DCGAN on Fashion-MNIST", Sources = [quality, watchdog] }</code></example>
public sealed class TrainingReport : TrainingCallback
{
    private readonly RecordSchedule _schedule;
    private readonly TimeProvider _time;
    private ReportData? _data;
    private ReportPreviews? _previews;
    private SourceReader _sources = new([]);
    private ReportRun? _run; // none outside of Fit
    private long _begun; // when it began, of the clock
    private long _written;
    private int _warnings; // of the trainer, that are events

    /// <summary>Prepares a report; its file is made when the run begins.</summary>
    /// <param name="path">A file name that ends in .html or .htm. Its folder is created if need be.</param>
    /// <param name="every">Steps between two records of losses, at least 1; 50 by default, as of <see cref="MetricsLog"/>, which
    /// takes the same steps.</param>
    /// <param name="timeProvider">The clock; the system's by default.</param>
    /// <exception cref="ArgumentException">The file name ends in something else.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is below 1.</exception>
    public TrainingReport(string path, long every = 50, TimeProvider? timeProvider = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (Path.GetExtension(path).ToLowerInvariant() is not (".html" or ".htm"))
            throw new ArgumentException($"The file name '{path}' of a training report must end in .html or .htm.", nameof(path));
        FilePath = path;
        _schedule = new RecordSchedule(every);
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>The page's title; <c>Training report</c>.</summary>
    public string Title { get; init => field = Given.NotNull(value); } = "Training report";

    /// <summary>Parts that measure and watch the run; none by default. The first metric of the first one names the best step.</summary>
    public IReadOnlyList<IReportSource> Sources { get; init => field = Given.NotNull(value); } = [];

    /// <summary>
    /// What the pictures show; by default 64 samples, 8 of each class, or of the first training batch. <see langword="null"/> for a
    /// report without pictures. Where samples are no images, there are none, and the page says so.
    /// </summary>
    public PreviewOptions? Preview { get; init; } = new();

    /// <summary>Steps between two pictures to begin with, at least 1; 100. It doubles each time that there are more than 40.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long PreviewEvery
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 100;

    /// <summary>The shortest time between two writings while it trains; 30 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan Interval
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(30);

    /// <summary>What else the page says of the configuration, such as the data set and the objective; nothing by default.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; init => field = Given.NotNull(value); } = new Dictionary<string, string>();

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file exists and is no report, or not one that this version can go on with.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public override void OnFitStart(ITrainer trainer, FitPlan plan)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(plan);
        _begun = _time.GetTimestamp();
        var data = Begin(trainer);
        data.State = ReportState.Running;
        data.PlannedStep = trainer.StepCount + plan.TotalSteps;
        data.Facts = [.. ReportFacts.Of(trainer, Notes, plan)];
        _run = new ReportRun { Begun = _time.GetUtcNow(), From = trainer.StepCount, To = trainer.StepCount };
        data.AddRun(_run);
        (_data, _warnings) = (data, 0);
        _schedule.Start(trainer, plan);
        _sources = new SourceReader(Sources);
        BeginPreviews(trainer, plan, data);
        Take(trainer);
        Write(_begun);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file can't be written.</exception>
    /// <exception cref="TrainingDivergedException">The samples have values that are not a number.</exception>
    public override void OnStep(ITrainer trainer, StepResult step)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(step);
        var begun = _time.GetTimestamp();
        if (step.Step <= _data!.Step && _run!.Steps > 0)
            GoBack(_data, step.Step - 1, "Went back");
        _data.Step = step.Step;
        (_run!.To, _run.Steps) = (step.Step, _run.Steps + 1);
        _run.Training += step.Duration.TotalSeconds;
        _run.Data += step.DataWait.TotalSeconds;
        if (_schedule.IsDue(step))
            _data.AddLogged(step.Step, step.Logged);
        Take(trainer);
        _previews?.OnStep(trainer, step);
        if (_time.GetElapsedTime(_written) >= Interval)
            Write(begun);
        else
            _run.Report += _time.GetElapsedTime(begun).TotalSeconds;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file can't be written.</exception>
    public override void OnFitEnd(ITrainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        if (_run is null)
            return;
        var begun = _time.GetTimestamp();
        _data!.State = _data.Step == _data.PlannedStep ? ReportState.Finished : ReportState.Stopped;
        try
        {
            if (_schedule.Rest(trainer) is { } last)
                AddLast(last);
            Take(trainer);
            _previews?.OnFitEnd(trainer);
        }
        finally
        {
            Write(begun);
            _run = null;
        }
    }

    /// <summary>The data that a run goes on with.</summary>
    private ReportData Begin(ITrainer trainer)
    {
        var step = trainer.StepCount;
        if (_data is { } own && step > 0)
        {
            if (step < own.Step)
                GoBack(own, step, "Went back");
            return own;
        }

        if (!Path.Exists(FilePath))
            return new() { Step = step };
        if (step == 0)
        {
            ReportPage.Require(FilePath);
            AtomicFile.KeepCopy(FilePath);
            return new();
        }

        var older = ReportPage.Read(FilePath);
        GoBack(older, step, "Resumed");
        return older;
    }

    private static void GoBack(ReportData data, long step, string title)
    {
        var before = data.Step;
        data.GoBack(step);
        var text = before == step ? "" : before > step
            ? Invariant($" It had reached step {before:N0} before; what it did after step {step:N0} is set aside.")
            : Invariant($" Of steps {before + 1:N0} to {step:N0} there are no records: the report was last written before them.");
        data.AddEvent(new(step, TrainingEventSeverity.Information, title, Invariant($"It went on from step {step:N0}.") + text));
    }

    private void BeginPreviews(ITrainer trainer, FitPlan plan, ReportData data)
    {
        _previews = Preview is null ? null : new ReportPreviews(PreviewEvery, data) { Preview = Preview };
        data.PicturesNote = null;
        try
        {
            _previews?.OnFitStart(trainer, plan);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            (_previews, data.PicturesNote) = (null, $"There are no pictures: {error.Message}");
        }
    }

    /// <summary>Takes what came since the last step; what a source still has of steps that the run went back over is set aside already.</summary>
    private void Take(ITrainer trainer)
    {
        foreach (var point in _sources.NewPoints().Where(point => point.Step <= trainer.StepCount))
            _data!.AddMetric(point, judge: _sources.FirstMetric);
        foreach (var found in _sources.NewEvents())
            _data!.AddEvent(found);
        for (; _warnings < trainer.Warnings.Count; _warnings++)
        {
            // What a source said is there already, and what was warned of in an earlier run.
            var warning = trainer.Warnings[_warnings];
            if (!_data!.Events.Any(found => found.Text.Length > 0 && warning.EndsWith(found.Text, StringComparison.Ordinal)))
                _data.AddEvent(new(trainer.StepCount, TrainingEventSeverity.Warning, "Warning of the trainer", warning));
        }
    }

    /// <summary>Adds the step that a run ended with before its plan did, which may be the one after which it diverged.</summary>
    private void AddLast(StepResult step)
    {
        _data!.Step = _run!.To = step.Step;
        _data.AddLogged(step.Step, step.Logged);
        if (step.Metrics.FirstOrDefault(value => value.Key is "discriminator" or "generator" && !double.IsFinite(value.Value)) is { Key: { } network, Value: var loss })
            _data.AddEvent(new(step.Step, TrainingEventSeverity.Error, "Diverged", $"The {network}'s loss is {loss.ToString(CultureInfo.InvariantCulture)}."));
    }

    private void Write(long since)
    {
        _run!.Report += _time.GetElapsedTime(since).TotalSeconds; // the time of the writing itself is in the next one
        _run.Seconds = _time.GetElapsedTime(_begun).TotalSeconds;
        _data!.Written = _time.GetUtcNow();
        var begun = _time.GetTimestamp();
        AtomicFile.Write(FilePath, stream => ReportPage.Write(stream, _data, Title));
        _written = _time.GetTimestamp();
        _run.Report += _time.GetElapsedTime(begun).TotalSeconds;
    }
}
