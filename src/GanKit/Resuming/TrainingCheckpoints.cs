namespace GanKit.Resuming;

/// <summary>Writes a checkpoint of a run every N steps and at its end, from which another process goes on to the last bit.</summary>
/// <remarks>
/// <para>
/// Each is a folder, <c>step-00001000</c>, that appears whole or not at all: it is written beside its place, flushed to the disk, and
/// renamed. So a run that is killed at any moment has lost at most the steps since the last one. <see cref="ResumeExtensions.Resume"/>
/// goes on from it.
/// </para>
/// <para>
/// It is called after the other callbacks of a step, so that what they keep is in it. The state is copied between two steps, and the
/// copy is
/// written in the background while the next steps run (see <see cref="InBackground"/>).
/// </para>
/// <para>
/// One training alone writes to a folder; a second one is refused, and a lock that a killed process left is not in the way. Checkpoints of
/// another run that are in the folder when a run begins there without resuming are moved to <c>checkpoints.1</c>, or the next free number.
/// </para>
/// <para>Its name is not Checkpoints, as that is the namespace of the package for files of weights.</para>
/// </remarks>
/// <example>
/// <code>
/// var checkpoints = new TrainingCheckpoints("out/checkpoints", every: 500);
/// if (TrainingCheckpoint.In(checkpoints.Folder).Count > 0)
///     trainer.Resume(checkpoints.Folder);
/// trainer.Fit(data, epochs: 25, callbacks: [checkpoints]);
/// </code>
/// </example>
public sealed partial class TrainingCheckpoints : TrainingCallback
{
    private CheckpointStore? _store;
    private Task? _writing;
    private long _savedStep = -1;

    /// <summary>Prepares checkpoints; their folder is made when the run begins.</summary>
    /// <param name="folder">The folder that they are written to, for one run.</param>
    /// <param name="every">Steps between two checkpoints, at least 1; 1,000 by default.</param>
    /// <exception cref="ArgumentException">The folder's name is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is below 1.</exception>
    public TrainingCheckpoints(string folder, long every = 1000)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        (Folder, Interval) = (Path.GetFullPath(folder), every);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Steps between two checkpoints.</summary>
    public long Interval { get; }

    /// <summary>The checkpoint that was written last; null where there is none. It waits for one that is being written.</summary>
    public TrainingCheckpoint? Newest => Known() is [.., var last] ? last : null;

    /// <summary>The checkpoint with the best measure; null where there is none. It waits for one that is being written.</summary>
    public TrainingCheckpoint? Best => Ranked(Known()).FirstOrDefault();

    /// <summary>Whether a checkpoint is being written in the background.</summary>
    internal bool IsWriting => _writing is { IsCompleted: false };

    internal override bool ComesLast => true;

    /// <summary>Writes a checkpoint now, between two steps, and waits until it is on the disk.</summary>
    /// <param name="trainer">The trainer; within <c>Fit</c>, or outside of it.</param>
    /// <returns>The checkpoint.</returns>
    /// <exception cref="IOException">It can't be written, or another training has the folder. Earlier ones are whole.</exception>
    /// <exception cref="ArgumentException">A tensor of the state is of a type that safetensors has not.</exception>
    public TrainingCheckpoint Save(ITrainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        var isOpen = _store is not null;
        try
        {
            _store ??= CheckpointStore.Open(Folder, RunIdentity.Of(trainer));
            FinishWriting();
            using var state = trainer.SaveState();
            Write(state, RecordOf(trainer, state));
            return _store.Checkpoints[^1];
        }
        finally
        {
            if (!isOpen)
                Close();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">Another training has the folder, or it can't be written to.</exception>
    public override void OnFitStart(ITrainer trainer, FitPlan plan)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        StoppedBy = null;
        _store = CheckpointStore.Open(Folder, RunIdentity.Of(trainer));
        _savedStep = _store.Checkpoints is [.., { Step: var step }] ? step : -1;
        ListenToSignals(trainer);
    }

    /// <inheritdoc/>
    public override void OnStep(ITrainer trainer, StepResult step)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(step);
        var isDue = step.Step % Interval == 0;
        if (isDue || _writing is { IsCompleted: true })
            Guard(FinishWriting, _savedStep);
        if (isDue)
            Begin(trainer, InBackground);
    }

    /// <inheritdoc/>
    public override void OnFitEnd(ITrainer trainer) => EndFit(trainer, failure: null);

    internal override void EndFit(ITrainer trainer, Exception? failure)
    {
        try
        {
            if (_store is null)
                return;
            Guard(FinishWriting, _savedStep);
            var isWhole = trainer is not IRunParts { IsBetweenSteps: false };
            if (isWhole && trainer.StepCount > 0 && trainer.StepCount != _savedStep)
                Begin(trainer, inBackground: false);
            SayWhereItStopped(trainer);
        }
        finally
        {
            Close();
        }
    }

    private void Begin(ITrainer trainer, bool inBackground)
    {
        Guard(FinishWriting, _savedStep); // there is one copy of the state at a time
        var state = trainer.SaveState();
        try
        {
            var record = RecordOf(trainer, state);
            _savedStep = record.Step;
            if (inBackground)
                _writing = Task.Run(WriteAndFree);
            else
                Guard(WriteAndFree, record.Step);

            void WriteAndFree()
            {
                using (state)
                    Write(state, record);
            }
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    private CheckpointRecord RecordOf(ITrainer trainer, State state) => new()
    {
        Run = RunIdentity.Of(trainer),
        Number = 0,
        Step = trainer.StepCount,
        Epoch = state.TryGetValue("epochs", out var epochs) && epochs is long count ? count : 0,
        Written = default,
        Measure = Measure?.Invoke(trainer),
        Environment = RunEnvironment.Current(trainer.Device),
        Description = RunDifferences.Describe(trainer),
    };

    private void Write(State state, CheckpointRecord record)
    {
        _store!.Write(state, record);
        var all = _store.Checkpoints;
        TrainingCheckpoint[] kept = [.. all.TakeLast(KeepLast), .. Ranked(all).Take(KeepBest)];
        _store.Keep(checkpoint => kept.Contains(checkpoint) || checkpoint.Step % KeepEvery == 0);
    }

    private IEnumerable<TrainingCheckpoint> Ranked(IReadOnlyList<TrainingCheckpoint> all) => all
        .Where(checkpoint => checkpoint.Measure is { } measure && !double.IsNaN(measure))
        .OrderBy(checkpoint => HigherIsBetter ? -checkpoint.Measure : checkpoint.Measure);

    private IReadOnlyList<TrainingCheckpoint> Known()
    {
        if (_store is null)
            return TrainingCheckpoint.In(Folder);
        Guard(FinishWriting, _savedStep);
        return _store.Checkpoints;
    }

    private void FinishWriting()
    {
        var writing = _writing;
        _writing = null;
        writing?.GetAwaiter().GetResult();
    }

    /// <summary>Does what may fail for the disk's sake, and then does as the policy says.</summary>
    private void Guard(Action act, long step)
    {
        try
        {
            act();
        }
        // .NET takes a file that has reached its limit for a wrong argument.
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            _savedStep = -1;
            var newest = _store?.Checkpoints is [.., var last] ? last : null;
            var message = $"The checkpoint of step {step} could not be written to '{Folder}': {error.Message} "
                + (newest is null ? "There is no earlier one." : $"Earlier ones are whole; the newest is {Path.GetFileName(newest.FolderPath)}.");
            if (OnFailure == CheckpointFailure.Stop)
                throw new IOException(message, error);
            Say($"{message} Training goes on.");
        }
    }

    private void Close()
    {
        foreach (var registration in _signals)
            registration.Dispose();
        _signals.Clear();
        _store?.Dispose();
        _store = null;
    }
}
