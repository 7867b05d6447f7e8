using System.Globalization;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>Shows how a generator learns: a picture of the trainer's preview every N steps, and an animation of them.</summary>
/// <remarks>
/// The <see cref="ITrainer.Preview"/> is of the same latents or inputs each time: samples, a row a class, or what the objective shows
/// else, such as input, output and truth. The first picture is made before the first step, so that what
/// can't be written or shown fails at the start; the last one is that of the final step, also when the run is cancelled. An animation
/// and numbered pictures that an older run left are copied first, to <c>progress.1.gif</c> and the like.
/// </remarks>
/// <example>
/// <code>
/// new SampleGrid("out/samples.png") { AnimationPath = "out/progress.gif" }
/// new SampleGrid("out/samples.png") { Preview = new() { Data = test, Columns = 12 } }  // of held-out pictures
/// new SampleGrid("out/samples-{step}.png", every: 1000)  // samples-000000.png, samples-001000.png, ...
/// </code>
/// </example>
public sealed class SampleGrid : TrainingCallback
{
    private readonly string _path;
    private readonly long _every;
    private AnimatedGif? _animation;
    private long? _lastStep;

    /// <summary>Prepares pictures; the first is made when the run begins.</summary>
    /// <param name="path">
    /// A file name that ends in .png, .jpg, .jpeg or .webp, whose folder is created if need be. The file is replaced by
    /// each picture, unless the name has <c>{step}</c> in it, which becomes the step's number in six digits.
    /// </param>
    /// <param name="every">Steps between two pictures, at least 1; 500 by default.</param>
    /// <exception cref="ArgumentException">The file name ends in something else.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is below 1.</exception>
    /// <exception cref="NativeBackendException">Skia, which writes the pictures, does not load.</exception>
    public SampleGrid(string path, long every = 500)
    {
        ImageEncoder.For(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        // Better now than after the first steps.
        SkiaLibrary.EnsureLoaded();
        _path = path;
        _every = every;
    }

    /// <summary>What a picture shows; by default 64 samples, 8 of each class, or of the first training batch.</summary>
    public PreviewOptions Preview { get; init; } = new();

    /// <summary>A .gif that shows each picture for 200 ms and the last for 2 s; none by default.</summary>
    /// <exception cref="ArgumentException">The file name does not end in .gif.</exception>
    public string? AnimationPath
    {
        get;
        init
        {
            _animation = value is null ? null : new AnimatedGif(value);
            field = value;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The samples are no images.</exception>
    /// <exception cref="NotSupportedException">The objective does not say what to show.</exception>
    /// <exception cref="IOException">A file can't be written.</exception>
    public override void OnFitStart(ITrainer trainer, FitPlan plan) => WriteUnlessWritten(trainer, throwIfDiverged: true);

    /// <inheritdoc/>
    /// <exception cref="TrainingDivergedException">The samples have values that are not a number.</exception>
    public override void OnStep(ITrainer trainer, StepResult step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (step.Step % _every == 0)
            WriteUnlessWritten(trainer, throwIfDiverged: true);
    }

    /// <inheritdoc/>
    public override void OnFitEnd(ITrainer trainer)
    {
        // A run that could not begin has nothing to show; one that diverged has its own exception under way.
        if (_lastStep is not null)
            WriteUnlessWritten(trainer, throwIfDiverged: false);
    }

    private void WriteUnlessWritten(ITrainer trainer, bool throwIfDiverged)
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

        var grid = preview.ToGrid();
        var path = _path.Replace("{step}", trainer.StepCount.ToString("D6", CultureInfo.InvariantCulture), StringComparison.Ordinal);
        // The first picture of a trainer that goes on is the last that it made before.
        if (path != _path && (_lastStep is not null || trainer.StepCount == 0))
            AtomicFile.KeepCopy(path);
        Images.Write(path, grid);
        if (_animation is { FrameCount: 0 })
            AtomicFile.KeepCopy(_animation.FilePath);
        _animation?.Add(grid);
        _lastStep = trainer.StepCount;
    }
}
