using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>Writes metrics, and samples if wanted, as event files for TensorBoard.</summary>
/// <remarks>
/// Metrics become scalars under their names in <see cref="StepResult.Metrics"/>, as single-precision numbers; they are
/// taken from the same steps as <see cref="MetricsLog"/> takes them. Watch with <c>tensorboard --logdir FOLDER</c>; give
/// each run its own folder within it. Events are on disk when <see cref="OnStep"/> returns. It writes through TorchSharp's
/// <c>torch.utils.tensorboard.SummaryWriter</c>, to a new event file each run, which TensorBoard joins with the older ones.
/// </remarks>
public sealed class TensorBoardLog : TrainingCallback
{
    private readonly RecordSchedule _schedule;
    private readonly long? _samplesEvery;
    private readonly string _folder;
    private SummaryWriter? _writer;

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

    /// <summary>How many samples a picture shows, eight in a row; 64 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int SampleCount
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 64;

    /// <summary>The seed of the samples' latents, which are the same in every picture; 0 by default.</summary>
    public long Seed { get; init; }

    /// <inheritdoc/>
    /// <exception cref="IOException">The folder can't be written.</exception>
    public override void OnFitStart(ITrainer trainer, FitPlan plan)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(plan);
        _writer = utils.tensorboard.SummaryWriter(_folder);
        _schedule.Start(trainer, plan);
        if (_samplesEvery is not null)
            WriteSamples(trainer); // The untrained ones too, so that what can't be shown fails now.
    }

    /// <inheritdoc/>
    public override void OnStep(ITrainer trainer, StepResult step)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(step);
        if (_schedule.IsDue(step))
        {
            foreach (var (name, value) in step.Metrics)
                _writer!.add_scalar(name, (float)value, EventStep(step.Step));
        }

        if (step.Step % _samplesEvery == 0)
            WriteSamples(trainer);
    }

    /// <inheritdoc/>
    public override void OnFitEnd(ITrainer trainer) => _writer = null;

    private void WriteSamples(ITrainer trainer)
    {
        using var scope = NewDisposeScope();
        var grid = ImageGrid.Make(trainer.Sample(SampleCount, seed: Seed));
        var pixels = PixelBuffer.FromTensor(grid, low: -1, high: 1);
        var image = tensor(pixels.Bytes).view(pixels.Height, pixels.Width, pixels.Channels); // (H, W, C)
        _writer!.add_img("samples", image, EventStep(trainer.StepCount), dataformats: "HWC");
    }

    // SummaryWriter counts steps in 32 bits.
    private static int EventStep(long step) => (int)Math.Min(step, int.MaxValue);
}
