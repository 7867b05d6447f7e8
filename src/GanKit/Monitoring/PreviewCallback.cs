using System.Globalization;
using static TorchSharp.torch;

namespace GanKit.Monitoring;

/// <summary>A callback that is given the trainer's preview as one picture every N steps: the base of <see cref="SampleGrid"/>.</summary>
/// <remarks>
/// The <see cref="ITrainer.Preview"/> is of the same latents or inputs each time: samples, a row a class, or what the objective shows
/// else, such as input, output and truth. The first picture comes before the first step, so that what can't be shown fails at the
/// start; the last one is that of the final step, also when the run is cancelled.
/// </remarks>
public abstract class PreviewCallback : TrainingCallback
{
    private long? _lastStep;

    /// <summary>Prepares pictures; the first is made when the run begins.</summary>
    /// <param name="every">Steps between two pictures, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is below 1.</exception>
    protected PreviewCallback(long every)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        StepsBetween = every;
    }

    /// <summary>Steps between two pictures.</summary>
    private protected long StepsBetween { get; set; }

    /// <summary>The content of a picture; by default 64 samples, 8 of each class, or of the first training batch.</summary>
    public PreviewOptions Preview { get; init; } = new();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The samples are no images.</exception>
    /// <exception cref="NotSupportedException">The objective does not say what to show.</exception>
    public sealed override void OnFitStart(ITrainer trainer, FitPlan plan) => ShowUnlessShown(trainer, throwIfDiverged: true);

    /// <inheritdoc/>
    /// <exception cref="TrainingDivergedException">The samples have values that are not a number.</exception>
    public sealed override void OnStep(ITrainer trainer, StepResult step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (step.Step % StepsBetween == 0)
            ShowUnlessShown(trainer, throwIfDiverged: true);
    }

    /// <inheritdoc/>
    public sealed override void OnFitEnd(ITrainer trainer)
    {
        // A run that could not begin has nothing to show; one that diverged has its own exception under way.
        if (_lastStep is not null)
            ShowUnlessShown(trainer, throwIfDiverged: false);
    }

    /// <summary>Shows a picture.</summary>
    /// <param name="grid">One image (C, H, W) in [-1, 1], which is disposed afterwards.</param>
    /// <param name="step">The steps that the trainer has made.</param>
    /// <param name="isFirst">Whether it is the first of this callback.</param>
    protected abstract void Show(Tensor grid, long step, bool isFirst);

    /// <summary>
    /// Copies a file that an older run left, where there is one, beside itself under the first number that is free:
    /// <c>progress.gif</c> to <c>progress.1.gif</c>.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It can't be copied.</exception>
    protected static void KeepOlder(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        AtomicFile.KeepCopy(path);
    }

    private void ShowUnlessShown(ITrainer trainer, bool throwIfDiverged)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        if (_lastStep == trainer.StepCount)
            return;

        using var scope = NewDisposeScope();
        using var preview = trainer.Preview(Preview);
        if (preview.HasNaN)
        {
            if (!throwIfDiverged)
                return;
            throw new TrainingDivergedException(
                $"Training diverged by step {trainer.StepCount}: the generator's samples have values that are not a "
                + "number (NaN). The last good picture was made at step "
                + $"{_lastStep?.ToString(CultureInfo.InvariantCulture) ?? "none"}.");
        }

        Show(preview.ToGrid(), trainer.StepCount, isFirst: _lastStep is null);
        _lastStep = trainer.StepCount;
    }
}
