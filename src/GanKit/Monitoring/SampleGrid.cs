using System.Globalization;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>Shows how a generator learns: pictures of the same samples every N steps, and an animation of them.</summary>
/// <remarks>
/// The samples are generated from the same latents each time, by the averaged generator where the trainer keeps one, and
/// drawing them leaves the training's random state alone. The first picture is made before the first step, so that what
/// can't be written or shown fails at the start; the last one is that of the final step, also when the run is cancelled. An animation
/// and numbered pictures that an older run left are copied first, to <c>progress.1.gif</c> and the like.
/// </remarks>
/// <example>
/// <code>
/// new SampleGrid("out/samples.png") { AnimationPath = "out/progress.gif" }
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

    /// <summary>How many samples a picture shows; 64 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Count
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 64;

    /// <summary>Samples in a row; 8 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Columns
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 8;

    /// <summary>The seed of the latents; 0 by default.</summary>
    public long Seed { get; init; }

    /// <summary>Use the averaged generator where there is one, as by default, or the raw one.</summary>
    public bool Averaged { get; init; } = true;

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

    /// <summary>
    /// Makes the images (B, C, H, W) in [-1, 1] instead of <see cref="ITrainer.Sample"/>, for generators that need more
    /// than random numbers. It is called without gradients, and what it returns is disposed.
    /// </summary>
    public Func<ITrainer, Tensor>? Sampler { get; init; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The samples are no images.</exception>
    /// <exception cref="NotSupportedException">The generator needs more than random numbers: set
    /// <see cref="Sampler"/>.
    /// </exception>
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
        using var noGradients = no_grad();
        var images = Sampler is null ? trainer.Sample(Count, Averaged, Seed) : Sampler(trainer)
            ?? throw new InvalidOperationException("SampleGrid.Sampler returned null instead of images.");
        if (images.isnan().any().item<bool>())
        {
            if (!throwIfDiverged)
                return;
            throw new TrainingDivergedException(
                $"Training diverged by step {trainer.StepCount}: the generator's samples have values that are not a "
                + "number (NaN). The last good picture was made at step "
                + $"{_lastStep?.ToString(CultureInfo.InvariantCulture) ?? "none"}.");
        }

        var grid = ImageGrid.Make(images, Columns);
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
