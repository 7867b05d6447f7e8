using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>Makes trainers, with the types of the networks inferred.</summary>
public static class AdversarialTrainer
{
    /// <summary>Makes a trainer for any generator, any discriminator, and an objective that fits both.</summary>
    /// <remarks>
    /// On the CPU it turns <see cref="Devices.KeepHostMemory"/> on for the whole process, which then keeps the memory of a step for the next;
    /// <see cref="TrainerOptions.KeepHostMemory"/> = <see langword="false"/> leaves it as it is.
    /// </remarks>
    /// <typeparam name="TG">The generator's type.</typeparam>
    /// <typeparam name="TD">The discriminator's type.</typeparam>
    /// <typeparam name="TObjective">The objective's type: for these networks, or for what they derive from.</typeparam>
    /// <param name="generator">The generator; it is moved to the options' device and stays yours to dispose.</param>
    /// <param name="discriminator">The discriminator; likewise.</param>
    /// <param name="objective">How a batch becomes their two losses.</param>
    /// <param name="options">How to train; the DCGAN recipe by default.</param>
    /// <returns>The trainer, to be disposed by you.</returns>
    /// <exception cref="ArgumentException">
    /// An option is out of range, a network has nothing to train, the two share a parameter, or the objective can't train
    /// them.
    /// </exception>
    // The objective's type is inferred apart, or it would widen the networks' to what it accepts at the least.
    public static AdversarialTrainer<TG, TD> Create<TG, TD, TObjective>(
        TG generator, TD discriminator, TObjective objective, TrainerOptions? options = null)
        where TG : nn.Module
        where TD : nn.Module
        where TObjective : IObjective<TG, TD> =>
        new(generator, discriminator, objective, options);

    /// <summary>
    /// The same for networks in variables of a base type, such as <c>nn.Module</c>, which are of the objective's types.
    /// </summary>
    /// <typeparam name="TG">The generators that the objective trains.</typeparam>
    /// <typeparam name="TD">The discriminators that the objective trains.</typeparam>
    /// <param name="generator">The generator; it is moved to the options' device and stays yours to dispose.</param>
    /// <param name="discriminator">The discriminator; likewise.</param>
    /// <param name="objective">How a batch becomes their two losses.</param>
    /// <param name="options">How to train; the DCGAN recipe by default.</param>
    /// <returns>The trainer, to be disposed by you.</returns>
    /// <exception cref="ArgumentException">
    /// A network is of none of the objective's types, and else as above.
    /// </exception>
    public static AdversarialTrainer<TG, TD> Create<TG, TD>(
        nn.Module generator, nn.Module discriminator, IObjective<TG, TD> objective, TrainerOptions? options = null)
        where TG : nn.Module
        where TD : nn.Module
    {
        ArgumentNullException.ThrowIfNull(objective);
        return new(As<TG>("generator", generator), As<TD>("discriminator", discriminator), objective, options);

        T As<T>(string role, nn.Module network)
            where T : nn.Module
        {
            ArgumentNullException.ThrowIfNull(network, role);
            return network as T ?? throw new ArgumentException(
                $"{objective.GetType().Name} trains a {role} that is a {Name(typeof(T))}, but {network.GetType().Name} is a "
                + $"{Name(network.GetType().BaseType!)}.", role);
        }

        // As in C#: Module<Tensor, Tensor>.
        static string Name(Type type) => type.IsGenericType
            ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : type.Name;
    }
}

/// <summary>
/// Trains a generator against a discriminator. It is the only place in GanKit that calls <c>backward()</c> and an
/// optimiser's <c>step()</c>; what is learned is the objective's to say.
/// </summary>
/// <remarks>
/// <para>Three ways to use it: <see cref="Fit"/> owns the loop, <see cref="Steps"/> lets you pull steps in a
/// <c>foreach</c>, and <see cref="Step"/> trains on one batch of yours.</para>
/// <para>Train from one thread at a time. <c>Sample</c>, <see cref="Preview"/> and <see cref="UseForInference"/> may be called on others
/// meanwhile: they wait for the step that is running, and the next step waits for them. Other code that reads the generator on another
/// thread, to save or to call it, does so within <see cref="UseForInference"/>.</para>
/// <para>A step frees every tensor it makes, and reads nothing back from the device but for the check of every
/// <see cref="TrainerOptions.FiniteCheckInterval"/> steps, and in the first step on batches of a shape.</para>
/// </remarks>
/// <typeparam name="TG">The generator's type.</typeparam>
/// <typeparam name="TD">The discriminator's type.</typeparam>
public sealed partial class AdversarialTrainer<TG, TD> : ITrainer, IDisposable
    where TG : nn.Module
    where TD : nn.Module
{
    private readonly TrainerOptions _options;
    private readonly nn.Module _generatorSide; // with what learns with it
    private readonly nn.Module _discriminatorSide;
    private readonly NetworkState _generatorState;
    private readonly NetworkState _discriminatorState;
    private readonly MovingAverage? _average;
    private readonly GeneratorUse _use;
    private readonly bool _hasNorms;
    private readonly HashSet<string> _watchedShapes = [];
    private NormWatch? _watch;
    private long _generatorSteps;
    private readonly TrainingNotices _notices = new();
    private string _stage = ""; // what a step is at
    private bool _disposed;

    /// <summary>Makes a trainer; <see cref="AdversarialTrainer.Create{TG, TD, TObjective}"/> infers the types.</summary>
    /// <inheritdoc cref="AdversarialTrainer.Create{TG, TD, TObjective}" path="/remarks"/>
    /// <param name="generator">The generator; it is moved to the options' device and stays yours to dispose.</param>
    /// <param name="discriminator">The discriminator; likewise.</param>
    /// <param name="objective">How a batch becomes their two losses.</param>
    /// <param name="options">How to train; the DCGAN recipe by default.</param>
    /// <exception cref="ArgumentException">
    /// An option is out of range, a network has nothing to train, the two share a parameter, or the objective can't train
    /// them.
    /// </exception>
    public AdversarialTrainer(TG generator, TD discriminator, IObjective<TG, TD> objective, TrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(discriminator);
        ArgumentNullException.ThrowIfNull(objective);
        _options = options ?? new TrainerOptions();
        _options.Validate();
        NetworkState.RequireAlive("generator", generator);
        NetworkState.RequireAlive("discriminator", discriminator);
        objective.Require(generator, discriminator);
        if (_options.Seed is { } seed)
            manual_seed(seed);

        NetworkState.RequireMovable("generator", generator, _options.Device);
        NetworkState.RequireMovable("discriminator", discriminator, _options.Device);
        // Moving replaces parameters, so optimisers and averages come after it.
        Generator = NetworkState.Move("generator", generator, _options.Device);
        Discriminator = NetworkState.Move("discriminator", discriminator, _options.Device);
        if (_options.ChannelsLast)
        {
            Generator.ToChannelsLast();
            Discriminator.ToChannelsLast();
        }

        Objective = objective;
        _generatorSide = Side.Of("generator", Generator, objective.GeneratorParts, _options);
        _discriminatorSide = Side.Of("discriminator", Discriminator, objective.DiscriminatorParts, _options);
        _generatorState = new NetworkState("generator", _generatorSide, _options.CreateGeneratorOptimizer, _options.Precision);
        _discriminatorState = new NetworkState(
            "discriminator", _discriminatorSide, _options.CreateDiscriminatorOptimizer, _options.Precision);
        _discriminatorState.RequireNothingSharedWith(_generatorState);
        _hasNorms = NormWatch.IsFor(_generatorSide) || NormWatch.IsFor(_discriminatorSide);
        _use = GeneratorUse.Of(Generator);
        _average = _options.AverageDecay is { } decay ? new MovingAverage(_generatorSide, decay) : null;
        if (KeepsHostMemory)
            Devices.KeepHostMemory = true; // it is the process's: not where there is no trainer after all
    }

    /// <summary>The generator being trained.</summary>
    public TG Generator { get; }

    /// <summary>The discriminator being trained.</summary>
    public TD Discriminator { get; }

    /// <summary>How a batch becomes losses.</summary>
    public IObjective<TG, TD> Objective { get; }

    /// <inheritdoc/>
    public Device Device => _options.Device;

    /// <inheritdoc/>
    public TrainerOptions Options => _options;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> LearningRates =>
        _generatorState.LearningRates.Concat(_discriminatorState.LearningRates).ToDictionary();

    /// <inheritdoc/>
    public long StepCount { get; private set; }

    /// <inheritdoc/>
    public StepResult? LastStep { get; private set; }

    /// <summary>Epochs completed: whole passes of <see cref="Fit"/> and <see cref="Steps"/> over their data.</summary>
    public long EpochCount { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings => _notices.Said;

    private bool KeepsHostMemory => _options.KeepHostMemory && Device.type == DeviceType.CPU;

    nn.Module ITrainer.Generator => Generator;

    nn.Module ITrainer.Discriminator => Discriminator;

    /// <inheritdoc/>
    public IDisposable UseForInference(bool averaged = true, InferenceMode? mode = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        NetworkState.RequireAlive("generator", Generator);
        return _use.BeginInference(_generatorSide, averaged ? _average : null, mode ?? InferenceMode.Own);
    }

    /// <summary>
    /// Frees optimisers and averages, and what the objective keeps, such as an image pool. The networks stay usable: they
    /// are yours.
    /// </summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        using var turn = _use.BeginEnd();
        _disposed = true;
        DropLater();
        _notices.Dispose();
        _average?.Dispose();
        _generatorState.Dispose();
        _discriminatorState.Dispose();
        (Objective as IDisposable)?.Dispose();
        foreach (var (_, batch) in _previewed)
            batch.Dispose();
        if (KeepsHostMemory)
            HostMemory.GiveBack();
    }
}
