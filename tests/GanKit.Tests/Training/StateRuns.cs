using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

/// <summary>Small runs of every kind of state, each made anew from a seed.</summary>
internal sealed class StateRuns : IDisposable
{
    private readonly Action<long, TrainingCallback[]> _fit;

    private StateRuns(ITrainer trainer, Batches data, Action<long, TrainingCallback[]> fit) => (Trainer, Data, _fit) = (trainer, data, fit);

    internal static IReadOnlyDictionary<string, Func<int, StateRuns>> All { get; } = new Dictionary<string, Func<int, StateRuns>>
    {
        ["DCGAN"] = seed => Dcgan(seed, new() { AverageDecay = 0.9, MaxGradientNorm = 1 }),
        ["DCGAN, fresh real batches"] = seed => Dcgan(seed, new() { FreshRealBatch = true }), // 3 steps an epoch
        ["DCGAN in float16, accumulated"] = seed => Dcgan(seed, new() { Precision = Precision.Float16, GradientAccumulation = 2 }),
        ["DCGAN in bfloat16, channels last"] = seed => Dcgan(seed, new() { Precision = Precision.BFloat16, ChannelsLast = true }),
        ["WGAN-GP, lazy"] = seed => Dcgan(seed, TrainerOptions.WganGp with
        {
            DiscriminatorSteps = 3,
            AverageDecay = 0.9,
            Schedule = LearningRateSchedule.Cosine(20),
            Optimizer = (parameters, rate) => Optimizers.RmsProp(parameters, rate, momentum: 0.5, centered: true),
        }, norm: false, new GradientPenalty(interval: 2), new R1Penalty(interval: 3)),
        ["conditional"] = seed => Make(seed,
            () => new ConditionalDcganGenerator(Classes, imageSize: 16, channels: 1, latentSize: 4, width: 4, embeddingSize: 2),
            () => new ConditionalDcganDiscriminator(Classes, imageSize: 16, channels: 1, width: 4),
            new ConditionalObjective(4, AdversarialLoss.Hinge) { LabelDropout = new LabelDropout(Classes, p: 0.3) },
            Pictures(seed, 16, tensor([.. Enumerable.Range(0, 22).Select(i => i % 3L)])),
            new() { Optimizer = (parameters, rate) => optim.Adam(parameters, rate, amsgrad: true), AverageDecay = 0.5 }),
        ["pix2pix"] = seed => Pix2Pix(seed, TrainerOptions.Pix2Pix with { Schedule = LearningRateSchedule.LinearDecay(1, 3) }),
        ["CycleGAN"] = seed => Make(seed,
            () => new CyclePair<ResnetGenerator>(() => new ResnetGenerator(inChannels: 1, outChannels: 1, width: 4, blocks: 1)),
            () => new DomainPair<PatchDiscriminator>(
                () => new PatchDiscriminator(inChannels: 1, width: 4, layers: 1, norm: Norm.Instance)),
            new CycleObjective { PoolSize = 5, PoolSeed = seed }, Pictures(seed, 16, Random(7, 22, 1, 16, 16)),
            TrainerOptions.CycleGan with
            {
                Optimizer = (parameters, rate) => Optimizers.Sgd(parameters, rate, momentum: 0.9),
            }),
    };

    internal ITrainer Trainer { get; }

    internal Batches Data { get; }

    internal List<string> Log { get; } = [];

    private static Conditioning Classes => Conditioning.Classes(3, noClass: true);

    public void Dispose()
    {
        ((IDisposable)Trainer).Dispose();
        Trainer.Generator.Dispose();
        Trainer.Discriminator.Dispose();
    }

    /// <summary>Trains, and logs each step's values to the last bit.</summary>
    internal StateRuns Fit(long steps, params TrainingCallback[] callbacks)
    {
        _fit(steps, [TrainingCallback.Every(1, (_, step) => Log.Add(string.Join(' ', step.Logged.Select(
            value => $"{step.Step} {step.Epoch} {value.Key} {BitConverter.DoubleToInt64Bits(value.Value):x}")))), .. callbacks]);
        return this;
    }

    internal static StateRuns Dcgan(
        int seed, TrainerOptions options, bool norm = true, params IRegularizer[] regularizers) =>
        Dcgan(seed, options, Pictures(seed, 16), norm, regularizers);

    internal static StateRuns Dcgan(
        int seed, TrainerOptions options, Batches data, bool norm = true, params IRegularizer[] regularizers) => Make(seed,
        () => new DcganGenerator(imageSize: 16, channels: 1, latentSize: 4, width: 4),
        () => norm ? new DcganDiscriminator(imageSize: 16, channels: 1, width: 4)
            : (Module<Tensor, Tensor>)new PatchDiscriminator(inChannels: 1, width: 4, layers: 1, norm: Norm.Instance),
        new UnconditionalObjective(4, norm ? AdversarialLoss.NonSaturating : AdversarialLoss.Wasserstein, regularizers), data, options);

    internal static StateRuns Pix2Pix(int seed, TrainerOptions options) => Make(seed,
        () => new UnetGenerator(inChannels: 1, outChannels: 1, downs: 5, width: 4, dropout: true),
        () => new PatchDiscriminator(inChannels: 2, width: 4, layers: 1), new PairedObjective(),
        Pictures(seed, 32, Random(7, 22, 1, 32, 32)), options);

    internal static StateRuns Make<TG, TD>(
        int seed, Func<TG> generator, Func<TD> discriminator, IObjective<TG, TD> objective, Batches data, TrainerOptions options)
        where TG : Module
        where TD : Module
    {
        manual_seed(seed);
        var trainer = AdversarialTrainer.Create(generator(), discriminator(), objective, options);
        return new(trainer, data, (steps, callbacks) => trainer.Fit(data, steps: steps, callbacks: callbacks));
    }

    /// <summary>Every entry of a state by its path, to the last bit.</summary>
    internal static SortedDictionary<string, string> Flat(State state, string path = "")
    {
        using var scope = NewDisposeScope();
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in state)
        {
            if (value is State inner)
            {
                foreach (var (key, text) in Flat(inner, $"{path}{name}/"))
                    all.Add(key, text);
                continue;
            }

            all.Add($"{path}{name}", value is Tensor tensor
                ? $"{tensor.dtype} {tensor} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(tensor.contiguous().bytes.ToArray()))}"
                : FormattableString.Invariant($"{value:R}"));
        }

        return all;
    }

    // 22 samples in batches of 4 are 5 batches an epoch, and a rest that is dropped.
    private static Batches Pictures(int seed, long size, Tensor? conditions = null) =>
        Batches.FromTensor(Random(6, 22, 1, size, size), 4, conditions, seed: seed);

    private static Tensor Random(ulong seed, params long[] shape)
    {
        using var random = new Generator(seed);
        return rand(shape, generator: random) * 2 - 1;
    }
}
