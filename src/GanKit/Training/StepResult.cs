namespace GanKit;

/// <summary>What one training step did, and the values it logged.</summary>
/// <remarks>
/// Values stay on the device until <see cref="Metrics"/> is first read, so that steps which nobody looks at cost no
/// transfer. Read them before the next step: after it, an unread result has nothing left to read.
/// </remarks>
public sealed class StepResult
{
    private readonly Func<IReadOnlyDictionary<string, double>> _fetch;
    private IReadOnlyDictionary<string, double>? _metrics;

    internal StepResult(
        long step, long epoch, long samples, bool generatorUpdated, Func<IReadOnlyDictionary<string, double>> fetch)
    {
        Step = step;
        Epoch = epoch;
        Samples = samples;
        GeneratorUpdated = generatorUpdated;
        _fetch = fetch;
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
    /// <exception cref="InvalidOperationException">They were not read before the next step began, or the run is on the meta device.
    /// </exception>
    /// <exception cref="KeyNotFoundException">From a look-up: there is no such value; the message lists those that there are.
    /// </exception>
    public IReadOnlyDictionary<string, double> Metrics => _metrics ??= new StepMetrics(_fetch(), Step, GeneratorUpdated);

    /// <summary>The discriminator's total loss.</summary>
    public double DiscriminatorLoss => Metrics["discriminator"];

    /// <summary>The generator's total loss; <see cref="double.NaN"/> when this step did not update it.</summary>
    public double GeneratorLoss => Metrics.TryGetValue("generator", out var loss) ? loss : double.NaN;
}
