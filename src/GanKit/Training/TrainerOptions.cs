using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>How to train. Every option has the DCGAN recipe's value as its default (Radford et al. 2016).</summary>
public sealed partial record TrainerOptions
{
    /// <summary>Both learning rates, unless a network has its own; 2e-4.</summary>
    public double LearningRate { get; init; } = 2e-4;

    /// <summary>The generator's learning rate, where it differs.</summary>
    public double? GeneratorLearningRate { get; init; }

    /// <summary>
    /// The discriminator's learning rate, where it differs (two time-scale update rule, Heusel et al. 2017).
    /// </summary>
    public double? DiscriminatorLearningRate { get; init; }

    /// <summary>
    /// Adam's decay rates of the moment estimates, each in [0, 1); (0.5, 0.999). WGAN-GP and SNGAN take (0, 0.9).
    /// </summary>
    public (double Beta1, double Beta2) Betas { get; init; } = (0.5, 0.999);

    /// <summary>
    /// Makes another optimiser than Adam of <see cref="Optimizers"/>, called once for each network; <see cref="Betas"/>
    /// then has no effect. Where it has groups with rates of their own, <see cref="Schedule"/> scales each.
    /// </summary>
    public OptimizerFactory? Optimizer { get; init; }

    /// <summary>How both learning rates change over the run; constant by default.</summary>
    public LearningRateSchedule Schedule { get; init => field = Given.NotNull(value); } = LearningRateSchedule.Constant;

    /// <summary>
    /// Discriminator updates for one of the generator, at least 1; 1. With n, each step updates the discriminator on its
    /// own batch and every n-th step updates the generator too. WGAN-GP and SNGAN take 5.
    /// </summary>
    public int DiscriminatorSteps { get; init; } = 1;

    /// <summary>Which network goes first in a step that updates both; the discriminator.</summary>
    public StepOrder Order { get; init; } = StepOrder.DiscriminatorFirst;

    /// <summary>
    /// Whether the generator runs once a step and the same fakes serve both losses; <see langword="true"/>, as DCGAN,
    /// pix2pix and CycleGAN do. <see langword="false"/> draws new latents for the generator's loss, as WGAN-GP and SNGAN
    /// do.
    /// </summary>
    public bool ReuseFakes { get; init; } = true;

    /// <summary>
    /// Whether the generator's loss gets real samples of its own, as R3GAN's relativistic pairing does: a step that updates the
    /// generator then takes the next batch from the data too, and the generator runs anew on it; <see langword="false"/>. The last
    /// batch of an epoch serves both where there is no other. <see cref="AdversarialTrainer{TG, TD}.Step"/> takes it as an argument.
    /// </summary>
    public bool FreshRealBatch { get; init; }

    /// <summary>Clips the norm of each network's gradient to this, above 0; no clipping by default.</summary>
    public double? MaxGradientNorm { get; init; }

    /// <summary>
    /// Splits each batch in this many parts, whose gradients are added before the update, so that a batch of any size
    /// fits in memory; 1. Losses are averaged over the batch, so the update is that of the whole batch (but whatever
    /// compares samples of a batch, as batch norm, relativistic losses and DRAGAN do, sees each part by itself). With more
    /// than 1 the generator runs anew for its own loss.
    /// </summary>
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>
    /// Called once for each update of a network, after the backward passes of all parts of the batch, and before gradients are unscaled,
    /// clipped and used; nothing by default. Several processes that train together put the mean of their gradients there.
    /// </summary>
    /// <remarks>
    /// It gets <c>generator</c> or <c>discriminator</c> and the network's trainable parameters, in the same order in each process, and
    /// writes to <c>grad</c> in place, without gradients of its own. A parameter that no loss reached has none, in all processes alike.
    /// With <see cref="Precision.Float16"/> gradients are scaled, by the same factor in all processes that began alike, since what
    /// overflows in one overflows in the mean.
    /// </remarks>
    public Action<string, IReadOnlyList<Parameter>>? SynchronizeGradients { get; init; }

    /// <summary>
    /// Keeps an exponential moving average of the generator with this decay in [0, 1), for sampling; none by default.
    /// 0.999 to 0.9999 is customary. It has <see cref="MovingAverage"/>'s warm-up, so short runs may use them too.
    /// </summary>
    public double? AverageDecay { get; init; }

    /// <summary>
    /// The device to train on, the networks and batches are moved to it; the CPU. <c>Devices.Best</c> picks one.
    /// </summary>
    public Device Device { get; init => field = Given.NotNull(value); } = Devices.Cpu;

    /// <summary>
    /// The precision of the networks' forward passes, with 32-bit weights; <see cref="Precision.Float32"/>. Losses,
    /// penalties with their critic, gradients' sums, updates and averages stay in 32 bits. With
    /// <see cref="Precision.Float16"/> each network has a loss scaler of its own, as PyTorch's <c>GradScaler</c> (from
    /// 65536, doubled after 2000 good updates, halved after a bad one, which is skipped); it waits for the device once
    /// an update, to know whether it is one.
    /// </summary>
    public Precision Precision { get; init => field = Given.NotNull(value); } = Precision.Float32;

    /// <summary>
    /// Whether images lie with the channels of a pixel side by side (<see cref="GanKit.ChannelsLast"/>): the networks'
    /// convolutions and each batch of images are brought into that layout, which a step then keeps. Losses are the same
    /// but for rounding. Faster for nearly all convolutions in 16-bit precision, and for wide ones in 32;
    /// <see langword="false"/>.
    /// </summary>
    public bool ChannelsLast { get; init; }

    /// <summary>
    /// Whether a trainer on the CPU turns <see cref="Devices.KeepHostMemory"/> on, so that each step reuses the memory
    /// of the last; <see langword="true"/>. It holds for the whole process, and stays on. Free memory goes back to the system when the
    /// trainer is disposed.
    /// </summary>
    public bool KeepHostMemory { get; init; } = true;

    /// <summary>
    /// Seeds libtorch's random state when the trainer is made (latents, dropout, penalties). To repeat a run exactly,
    /// call <c>torch.manual_seed</c> before building the networks too, and give the data a seed. None by default.
    /// </summary>
    public long? Seed { get; init; }

    /// <summary>
    /// Every how many steps losses, weights, buffers and averages are checked to be finite, at least 1; 100. The check waits
    /// for the device. Buffers may be infinite, as masks are.
    /// </summary>
    public int FiniteCheckInterval { get; init; } = 100;

    /// <summary>Throws where an option is out of range. The trainer calls it.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it, its value and what is
    /// allowed.
    /// </exception>
    public void Validate()
    {
        RequirePositive(LearningRate, nameof(LearningRate));
        RequirePositive(GeneratorLearningRate, nameof(GeneratorLearningRate));
        RequirePositive(DiscriminatorLearningRate, nameof(DiscriminatorLearningRate));
        RequirePositive(MaxGradientNorm, nameof(MaxGradientNorm));
        RequireFraction(Betas.Beta1, nameof(Betas) + "." + nameof(Betas.Beta1));
        RequireFraction(Betas.Beta2, nameof(Betas) + "." + nameof(Betas.Beta2));
        RequireFraction(AverageDecay, nameof(AverageDecay));
        RequireAtLeastOne(DiscriminatorSteps, nameof(DiscriminatorSteps));
        RequireAtLeastOne(GradientAccumulation, nameof(GradientAccumulation));
        RequireAtLeastOne(FiniteCheckInterval, nameof(FiniteCheckInterval));
        if (Precision != Precision.Float32 && !AutocastScope.IsFor(Device))
        {
            throw Invalid(nameof(Precision), Precision, $"Precision.Float32 on the device {Device}: lower precision is "
                + "for cpu, cuda and mps devices");
        }

        if (!Enum.IsDefined(Order))
            throw Invalid(nameof(Order), Order, string.Join(" or ", Enum.GetNames<StepOrder>()));

        static void RequirePositive(double? value, string name)
        {
            if (value is { } given && !(given > 0 && double.IsFinite(given)))
                throw Invalid(name, given, "a finite number above 0");
        }

        static void RequireFraction(double? value, string name)
        {
            if (value is { } given && given is not (>= 0 and < 1))
                throw Invalid(name, given, "a number in [0, 1)");
        }

        static void RequireAtLeastOne(int value, string name)
        {
            if (value < 1)
                throw Invalid(name, value, "a whole number of at least 1");
        }

        static ArgumentException Invalid(string name, object value, string allowed) =>
            new($"TrainerOptions.{name} is {FormattableString.Invariant($"{value}")}, but must be {allowed}.", name);
    }

    internal optim.Optimizer CreateGeneratorOptimizer(IReadOnlyList<Parameter> parameters) =>
        Create(parameters, GeneratorLearningRate ?? LearningRate);

    internal optim.Optimizer CreateDiscriminatorOptimizer(IReadOnlyList<Parameter> parameters) =>
        Create(parameters, DiscriminatorLearningRate ?? LearningRate);

    private optim.Optimizer Create(IReadOnlyList<Parameter> parameters, double learningRate) =>
        Optimizer is null
            ? Optimizers.Adam(parameters, learningRate, Betas)
            : Optimizer(parameters, learningRate);
}
