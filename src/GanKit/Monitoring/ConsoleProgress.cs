namespace GanKit.Monitoring;

/// <summary>Shows on the console how far a run is, how it goes, and how long it will take.</summary>
/// <remarks>
/// On a terminal it is one line that is drawn over and over: epoch, bar, steps, images a second, time left, the losses of
/// the discriminator (D) and of the generator (G), observations such as D(x) and D(G(z)), and learning rates (lr) where a schedule
/// changes them. Elsewhere, as in a file or
/// a build's log, it is a plain line every so often. Metrics are read from the device only for what is shown, so that its
/// cost depends on the clock, not on the number of steps. Values of the generator stay until it is updated again. Rates
/// are averages over the last 15 seconds or so, without the first step, which is always slow. Where it trains on the CPU on more
/// than one of libtorch's threads and other programs have the cores (on Linux), it says once what to do. It
/// prints a trainer's <see cref="ITrainer.Warnings"/> as they come.
/// </remarks>
public sealed class ConsoleProgress : TrainingCallback
{
    private const double ContentionSeconds = 10; // A shorter rush of other programs is over before one has read of it.

    private readonly TextWriter _output;
    private readonly bool _live;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly int? _width;
    private ProgressState _state = new(0, new FitPlan(null, null, null), TimeProvider.System);
    private int _drawn;
    private ProcessorTimes? _times;
    private int _thread;
    private bool _told;
    private StepResult? _counted, _shown; // the last steps that were, or the last before the run
    private SourceReader _sources = new([]);
    private int _warned; // how many of the trainer's warnings are printed

    /// <summary>Prepares a display.</summary>
    /// <param name="output">Where to write; the console by default.</param>
    /// <param name="live">
    /// Whether to draw one line over and over; by default on the console where it is a terminal, and not on other writers.
    /// </param>
    /// <param name="interval">The shortest time between two updates; 200 ms live and 10 s in plain lines by default.
    /// </param>
    /// <param name="width">Columns of the live line, at least 20; the terminal's by default, 100 where it has none.</param>
    /// <param name="timeProvider">The clock; the system's by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is negative or the width is below 20.</exception>
    public ConsoleProgress(
        TextWriter? output = null, bool? live = null, TimeSpan? interval = null, int? width = null,
        TimeProvider? timeProvider = null)
    {
        if (interval is { } given)
            ArgumentOutOfRangeException.ThrowIfLessThan(given, TimeSpan.Zero, nameof(interval));
        if (width is { } columns)
            ArgumentOutOfRangeException.ThrowIfLessThan(columns, 20, nameof(width));
        _output = output ?? Console.Out;
        _live = live ?? (output is null && !Console.IsOutputRedirected);
        _interval = interval ?? (_live ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(10));
        _width = width;
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Parts that watch the run, whose events are printed as they come; none by default.</summary>
    public IReadOnlyList<IReportSource> Sources { get; init => field = Given.NotNull(value); } = [];

    /// <summary>Where the times of the training thread come from.</summary>
    internal Func<ProcessorTimes?> Processor { get; init; } = ProcessorTimes.OfThisThread;

    /// <inheritdoc/>
    public override void OnFitStart(ITrainer trainer, FitPlan plan)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(plan);
        _state = new ProgressState(trainer.StepCount, plan, _time);
        _counted = _shown = trainer.LastStep;
        _sources = SourceReader.After(trainer.StepCount, Sources);
        _drawn = 0;
        _times = null;
    }

    /// <inheritdoc/>
    public override void OnStep(ITrainer trainer, StepResult step)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(step);
        Count(trainer, step);
        PrintEvents();
        if (_state.SinceShown < _interval && !_state.IsLast)
            return;
        Show(trainer, step);
        if (!_told && trainer.Device.type == TorchSharp.DeviceType.CPU)
            LookAtTheProcessor();
    }

    /// <inheritdoc/>
    public override void OnFitEnd(ITrainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        try
        {
            if (trainer.LastStep is { } last && !ReferenceEquals(last, _shown)) // the run was stopped, or diverged
            {
                if (!ReferenceEquals(last, _counted))
                    Count(trainer, last);
                Show(trainer, last);
            }

            PrintEvents();
        }
        finally
        {
            if (_drawn > 0)
                _output.WriteLine();
            _output.WriteLine(ProgressText.End(_state));
            _output.Flush();
        }
    }

    private void Count(ITrainer trainer, StepResult step)
    {
        _counted = step;
        _state.Count(step);
        PrintWarnings(trainer);
    }

    private void Show(ITrainer trainer, StepResult step)
    {
        _shown = step;
        _state.Show(step, showRates: trainer.Options.Schedule != LearningRateSchedule.Constant);
        if (_live)
            Draw(ProgressText.Live(_state, Width()));
        else
            _output.WriteLine(ProgressText.Plain(_state));
    }

    private void PrintWarnings(ITrainer trainer)
    {
        for (; _warned < trainer.Warnings.Count; _warned++)
            PrintLine($"Warning: {trainer.Warnings[_warned]}");
    }

    private void PrintEvents()
    {
        foreach (var found in _sources.NewEvents())
            PrintLine(FormattableString.Invariant($"{found.Severity} at step {found.Step:N0}: {found.Title}. {found.Text}"));
    }

    private void PrintLine(string line)
    {
        if (_drawn > 0)
            _output.WriteLine();
        _output.WriteLine(line);
        _drawn = 0;
    }

    /// <summary>Says once what to do where other programs keep the processor from this one.</summary>
    private void LookAtTheProcessor()
    {
        if (Processor() is not { } now)
            return;
        // The first look is after the first step, which is slow for other reasons.
        if (_times is { } before && _thread == Environment.CurrentManagedThreadId)
        {
            if (now.Wall - before.Wall < ContentionSeconds)
                return;
            if (now.Contention(before) is { } advice)
            {
                _told = true;
                PrintLine(advice);
            }
        }

        (_times, _thread) = (now, Environment.CurrentManagedThreadId);
    }

    private void Draw(string line)
    {
        // The rest of a longer last line is overwritten, as not every terminal can erase.
        _output.Write('\r' + line.PadRight(_drawn));
        _output.Flush();
        _drawn = line.Length;
    }

    private int Width()
    {
        if (_width is { } width)
            return width;
        return Console.IsOutputRedirected || Console.WindowWidth < 20 ? 100 : Console.WindowWidth;
    }
}
