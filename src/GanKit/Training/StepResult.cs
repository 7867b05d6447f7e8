namespace GanKit;

/// <summary>The result of one training step, and the values that it logged.</summary>
/// <remarks>
/// Values stay on the device until <see cref="Metrics"/> is first read, which waits for it, so that steps whose values are not read
/// cost no transfer. They may be read at any time later, on any thread; so a tensor of a few numbers stays on a GPU for as long as the
/// result, and is freed by the finaliser where nothing reads it. On the CPU there is none.
/// </remarks>
public sealed class StepResult
{
    private readonly Lazy<StepMetrics> _metrics;

    internal StepResult(
        long step, long epoch, long samples, bool generatorUpdated, IReadOnlyDictionary<string, double> learningRates,
        Func<IReadOnlyDictionary<string, double>> read)
    {
        (Step, Epoch, Samples, GeneratorUpdated, LearningRates) = (step, epoch, samples, generatorUpdated, learningRates);
        _metrics = new(() => new StepMetrics(read(), step, generatorUpdated));
    }

    /// <summary>The number of this step, from 1. One step is one batch: one discriminator update.</summary>
    public long Step { get; }

    /// <summary>
    /// The epoch this step belongs to, from 1; it stays where the caller owns the loop, whose passes are not counted.
    /// </summary>
    public long Epoch { get; }

    /// <summary>Real samples that this step consumed.</summary>
    public long Samples { get; }

    /// <summary>
    /// Whether this step also updated the generator; not so on all but every n-th step with n discriminator steps.
    /// </summary>
    public bool GeneratorUpdated { get; }

    /// <summary>
    /// The logged values by name: <c>discriminator</c> and <c>generator</c> (total losses), <c>discriminator/TERM</c> and
    /// <c>generator/TERM</c> (unweighted terms), and observations such as <c>D(x)</c> and <c>D(G(z))</c>.
    /// On a step that did not update the generator, its values are absent.
    /// </summary>
    /// <exception cref="InvalidOperationException">The run is on the meta device.</exception>
    /// <exception cref="KeyNotFoundException">From a look-up: there is no such value; the message lists those that there are.
    /// </exception>
    public IReadOnlyDictionary<string, double> Metrics => _metrics.Value;

    /// <summary>The learning rates of this step, as <see cref="ITrainer.LearningRates"/> names them.</summary>
    public IReadOnlyDictionary<string, double> LearningRates { get; }

    /// <summary>
    /// How long the step took on the thread that trains. A GPU may still be at work on it: what waits for its values next, such as a
    /// callback that reads <see cref="Metrics"/>, then takes that time.
    /// </summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>How long <c>Fit</c> or <c>Steps</c> waited for the batches of this step; zero where the caller gives the batch.</summary>
    public TimeSpan DataWait { get; internal set; }

    /// <summary>The discriminator's total loss.</summary>
    public double DiscriminatorLoss => Metrics["discriminator"];

    /// <summary>The generator's total loss; <see cref="double.NaN"/> when this step did not update it.</summary>
    public double GeneratorLoss => Metrics.TryGetValue("generator", out var loss) ? loss : double.NaN;

    /// <summary>All that a log keeps: the metrics, and the rates as <c>learning_rate/generator</c> and <c>learning_rate/discriminator</c>.</summary>
    internal IReadOnlyDictionary<string, double> Logged => Metrics
        .Concat(LearningRates.Select(rate => KeyValuePair.Create($"learning_rate/{rate.Key}", rate.Value)))
        .DistinctBy(value => value.Key).ToDictionary();
}
