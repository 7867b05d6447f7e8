using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace GanKit;

/// <content>The loops over data.</content>
public sealed partial class AdversarialTrainer<TG, TD>
{
    /// <summary>Trains for a number of epochs or of steps.</summary>
    /// <remarks>
    /// It can be called again, to train on. Step and epoch counts go on from where they are; a pass that ends early, at
    /// the last of the steps asked for, counts as no epoch. After a state was loaded, the rest of the epoch that it was taken in is the
    /// first of the epochs asked for.
    /// </remarks>
    /// <param name="data">
    /// The batches; each enumeration is one epoch. <see cref="Batches"/> makes them from tensors, images and data sets.
    /// The enumerator disposes its batches; the trainer does not.
    /// </param>
    /// <param name="epochs">Passes over the data, at least 1; or give <paramref name="steps"/>.</param>
    /// <param name="steps">Batches to train on, at least 1, over as many epochs as that takes; or give
    /// <paramref name="epochs"/>.
    /// </param>
    /// <param name="callbacks">Progress, logs, sample pictures; none by default.</param>
    /// <param name="cancellationToken">Ends the run between two steps. Callbacks are closed; the trainer can go on.</param>
    /// <exception cref="ArgumentException">Neither or both of epochs and steps are given, or the given one is below 1.
    /// </exception>
    /// <exception cref="InvalidOperationException">The data yields no batch.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="TrainingDivergedException">A loss, a weight, a buffer or an average is not a finite
    /// number.</exception>
    public void Fit(
        IEnumerable<Batch> data, long? epochs = null, long? steps = null,
        IEnumerable<TrainingCallback>? callbacks = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        RequireLength(data, epochs, steps);
        TrainingCallback[] watchers = [.. (callbacks ?? []).OrderBy(callback => callback.ComesLast)];
        var stepsPerEpoch = StepsPerEpoch(data);
        var begun = BeginFit(data, watchers);
        var plan = new FitPlan(steps ?? epochs * stepsPerEpoch - begun.EpochSteps, stepsPerEpoch, epochs);
        var started = new List<TrainingCallback>();
        ExceptionDispatchInfo? failure = null;
        using var reader = begun.Reader; // for previews before the first step
        try
        {
            foreach (var watcher in watchers)
            {
                started.Add(watcher);
                watcher.OnFitStart(this, plan);
            }

            _recover = error => Array.Exists(watchers, watcher => watcher.Recover(this, error));
            foreach (var result in Run(begun, stepsPerEpoch, epochs, steps, EndEpoch, cancellationToken))
            {
                foreach (var watcher in watchers)
                    watcher.OnStep(this, result);
            }
        }
        catch (Exception error)
        {
            failure = ExceptionDispatchInfo.Capture(error);
        }
        finally
        {
            _recover = null;
        }

        // Every callback is closed, whatever the others do; the first failure is the one that explains the rest.
        // Those that come last write down how the run ended, before another one brings the trainer back to its best state.
        foreach (var watcher in started.OrderByDescending(watcher => watcher.ComesLast))
        {
            try
            {
                watcher.EndFit(this, failure?.SourceException);
            }
            catch (Exception error)
            {
                failure ??= ExceptionDispatchInfo.Capture(error);
            }
        }

        failure?.Throw();

        void EndEpoch()
        {
            foreach (var watcher in watchers)
                watcher.OnEpochEnd(this, EpochCount);
        }
    }

    /// <summary>Trains as you pull: each step runs when the <c>foreach</c> asks for it.</summary>
    /// <param name="data">The batches; each enumeration is one epoch.</param>
    /// <param name="epochs">Passes over the data, at least 1; without it and <paramref name="steps"/>, until you
    /// break.
    /// </param>
    /// <param name="steps">Batches to train on, at least 1.</param>
    /// <param name="cancellationToken">Ends the run between two steps.</param>
    /// <returns>The result of each step.</returns>
    /// <exception cref="ArgumentException">Both epochs and steps are given, or the given one is below 1.</exception>
    /// <example><code>foreach (var step in trainer.Steps(data)) if (step.Step == 1000) break;</code></example>
    public IEnumerable<StepResult> Steps(
        IEnumerable<Batch> data, long? epochs = null, long? steps = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        RequireLength(data, epochs, steps, endless: true);
        return BeginAndRun();

        IEnumerable<StepResult> BeginAndRun()
        {
            foreach (var result in Run(BeginFit(data, []), StepsPerEpoch(data), epochs, steps, endEpoch: null, cancellationToken))
                yield return result;
        }
    }

    private IEnumerable<StepResult> Run(
        FitParts fit, long? stepsPerEpoch, long? epochs, long? steps, Action? endEpoch, CancellationToken cancellationToken)
    {
        using var reader = fit.Reader;
        var done = 0L;
        for (var epoch = 0L; !_stopRequested && (epochs is null || epoch < epochs); epoch++)
        {
            var isCutShort = false;
            cancellationToken.ThrowIfCancellationRequested();
            while (true)
            {
                var asked = Stopwatch.GetTimestamp();
                if (!reader.MoveNext())
                    break;
                _isWithinStep = true; // the data is ahead of the networks
                var (first, next) = _options.FreshRealBatch && StepUpdatesGenerator() ? reader.CopyAndRead() : default;
                using var copy = first;
                // A shorter last batch is left out: what the first step on its shape is checked for could not be refused in time.
                var fresh = first is not null && next is not null && next.IsLike(first) ? next : null;
                var waited = Stopwatch.GetElapsedTime(asked);
                var result = RunOrRecover(first ?? reader.Current!, fresh, cancellationToken);
                result.DataWait = waited;
                fit.EpochSteps++;
                done++;
                _isWithinStep = false;
                yield return result;
                isCutShort = done == steps || _stopRequested;
                if (isCutShort)
                    break;
                if (fit.EpochSteps != stepsPerEpoch)
                    cancellationToken.ThrowIfCancellationRequested(); // before more data is read, as its place is in the state
            }

            if (fit is { EpochSteps: 0, IsResumed: true })
            {
                (fit.IsResumed, epoch) = (false, epoch - 1); // its state was taken at an epoch's end, before the data said so
                continue;
            }

            if (fit.EpochSteps == 0)
            {
                throw new InvalidOperationException(
                    "The data yields no batch: the data set is empty, or smaller than one batch and its last, incomplete "
                    + "one is dropped.");
            }

            // The last step asked for may be an epoch's last too; data of unknown length is not drawn from again to
            // find out.
            if (isCutShort && fit.EpochSteps != stepsPerEpoch)
                yield break;
            EpochCount++;
            fit.EpochSteps = 0;
            endEpoch?.Invoke();
            if (done == steps)
                yield break;
        }
    }

    // A callback may bring the trainer back from where it diverged.
    private StepResult RunOrRecover(Batch batch, Batch? fresh, CancellationToken cancellationToken)
    {
        try
        {
            return RunStep(batch, fresh, cancellationToken);
        }
        catch (TrainingDivergedException error) // and not "when", which would ask before the step has let go of the networks
        {
            if (_recover?.Invoke(error) != true)
                throw;
            return LastStep!;
        }
    }

    /// <inheritdoc/>
    public void RequestStop() => _stopRequested = true;

    private long? StepsPerEpoch(IEnumerable<Batch> data)
    {
        if (data is not IReadOnlyCollection<Batch> { Count: var batches })
            return null;
        if (!_options.FreshRealBatch)
            return batches;
        var n = _options.DiscriminatorSteps; // which take n + 1 batches
        return n == 1 ? (batches + 1) / 2 : batches % (n + 1) == 0 ? (long)batches / (n + 1) * n : null;
    }

    private static void RequireLength(IEnumerable<Batch> data, long? epochs, long? steps, bool endless = false)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (epochs is null && steps is null && !endless)
            throw new ArgumentException("Say how long to train: give epochs or steps.", nameof(epochs));
        if (epochs is not null && steps is not null)
        {
            throw new ArgumentException(
                $"Give epochs or steps, not both; given were {epochs} epochs and {steps} steps.", nameof(steps));
        }

        if (epochs < 1)
            throw new ArgumentOutOfRangeException(nameof(epochs), epochs, "A run needs at least 1 epoch.");
        if (steps < 1)
            throw new ArgumentOutOfRangeException(nameof(steps), steps, "A run needs at least 1 step.");
    }
}
