using static TorchSharp.torch.nn;

namespace GanKit.Tests.Monitoring.Health;

/// <summary>Short runs on toy data and small drawn pictures, healthy ones and ones that are spoiled on purpose, each with a watchdog.</summary>
internal static class WatchedRun
{
    /// <summary>The spoiled runs, and the faults that say what is wrong.</summary>
    internal static readonly Dictionary<string, TrainingFault[]> Spoiled = new()
    {
        ["rate too high"] = [TrainingFault.Divergence, TrainingFault.ModeCollapse],
        ["D without capacity"] = [TrainingFault.NoProgress, TrainingFault.ModeCollapse],
        ["one class"] = [TrainingFault.NarrowData],
        ["shuffled pairs"] = [TrainingFault.ModeCollapse, TrainingFault.NoProgress],
        ["NaN in the data"] = [TrainingFault.Divergence],
        ["200 pictures"] = [TrainingFault.DiscriminatorOverfitting],
    };

    internal static readonly string[] Healthy = ["eight gaussians", "ring, hinge", "pictures", "pictures, least squares", "pictures, WGAN-GP"];

    private const long Steps = 1500;
    private const int Every = 25;

    /// <summary>Trains, and gives the watchdog's events.</summary>
    internal static IReadOnlyList<TrainingEvent> Train(string kind, int seed, long steps = Steps, Action<HealthReading>? look = null)
    {
        using var scope = NewDisposeScope();
        manual_seed(seed);
        var isPlane = kind is "eight gaussians" or "ring, hinge";
        var isPair = kind == "shuffled pairs";
        using var generator = isPair ? Translator() : isPlane ? Plane(8, 2) : Pictures();
        using var discriminator = kind == "D without capacity" ? Sequential(Flatten(), new Frozen(), Linear(1, 1))
            : isPlane ? Sequential(Linear(2, 64), LeakyReLU(0.2), Linear(64, 64), LeakyReLU(0.2), Linear(64, 1)) : Judge(isPair ? 2 : 1);
        var loss = kind switch
        {
            "ring, hinge" => AdversarialLoss.Hinge,
            "pictures, least squares" => AdversarialLoss.LeastSquares,
            "pictures, WGAN-GP" => AdversarialLoss.Wasserstein,
            _ => AdversarialLoss.NonSaturating,
        };
        IEnumerable<IRegularizer> regularizers = kind == "pictures, WGAN-GP" ? [new GradientPenalty()] : kind == "ring, hinge" ? [new R1Penalty(1)] : [];
        IObjective<Module<Tensor, Tensor>, Module<Tensor, Tensor>> objective =
            isPair ? new PairedObjective() : new UnconditionalObjective(8, loss, regularizers);
        using var trainer = AdversarialTrainer.Create(generator, discriminator, objective, new TrainerOptions
        {
            LearningRate = kind == "rate too high" ? 0.5 : isPlane ? 1e-3 : 5e-4,
            Seed = seed,
            AverageDecay = 0.99,
        });
        steps *= kind == "200 pictures" ? 2 : 1; // which takes a while to learn by heart
        var data = Data(kind, seed);
        using var health = new TrainingHealth(HeldOut(kind, seed + 1000), every: Every) { Samples = 128 };
        using var watchdog = new Watchdog(health);
        try
        {
            trainer.Fit(data, steps: steps, callbacks: [health, watchdog]);
        }
        catch (TrainingDivergedException) when (kind is "NaN in the data" or "rate too high")
        {
        }

        foreach (var reading in health.Readings)
            look?.Invoke(reading);
        return watchdog.Events;
    }

    private static IEnumerable<Batch> Data(string kind, int seed) => kind switch
    {
        "eight gaussians" or "ring, hinge" => Batches.FromTensor(Toy.EightGaussians(4096, seed), 64, seed: seed),
        "one class" => Batches.FromTensor(Draw(2048, seed, classes: 1), 32, seed: seed),
        "200 pictures" => Batches.FromTensor(Draw(200, seed), 32, seed: seed),
        "shuffled pairs" => Batches.FromTensor(Draw(1024, seed), 32, conditions: Draw(1024, seed + 500), seed: seed),
        "NaN in the data" => Batches.FromTensor(Draw(2048, seed), 32, seed: seed).Select(Spoil),
        _ => Batches.FromTensor(Draw(4096, seed), 32, seed: seed),
    };

    private static Batches HeldOut(string kind, int seed) => kind switch
    {
        "eight gaussians" or "ring, hinge" => Batches.FromTensor(Toy.EightGaussians(128, seed), 64, seed: seed),
        "shuffled pairs" => Batches.FromTensor(Draw(128, seed), 32, conditions: Draw(128, seed + 500), seed: seed),
        _ => Batches.FromTensor(Draw(128, seed), 32, seed: seed),
    };

    private static Batch Spoil(Batch batch, int number)
    {
        if (number == 40)
            batch.Real[0].fill_(float.NaN);
        return batch;
    }

    /// <summary>Pictures (N, 1, 16, 16) of four classes: a bright disc, square, bar or cross at a random place, of a random size, with noise.</summary>
    internal static Tensor Draw(long count, int seed, int classes = 4)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator((ulong)seed, CPU);
        var kind = (rand([count, 1, 1], generator: random) * classes).floor();
        var (x, y) = (Place() * 6 + 5, Place() * 6 + 5);
        var size = Place() * 2 + 2.5;
        var (across, down) = (arange(16, float32).view(1, 1, 16) - x, arange(16, float32).view(1, 16, 1) - y);
        var (a, b) = (across.abs(), down.abs());
        var shapes = (Tensor[])[across.square() + down.square() - size.square(), maximum(a, b) - size, maximum(a * 3, b) - size * 1.5, minimum(a, b) - 1 + (maximum(a, b) - size * 1.5).clamp_min(0) * 9];
        var picture = zeros(count, 16, 16);
        for (var i = 0; i < classes; i++)
            picture = where(kind == i, sigmoid(-shapes[i] * 2), picture);
        return (picture.unsqueeze(1) * 1.8 - 0.9 + randn([count, 1, 16, 16], generator: random) * 0.03).clamp(-1, 1).MoveToOuterDisposeScope();

        Tensor Place() => rand([count, 1, 1], generator: random);
    }

    private static Module<Tensor, Tensor> Plane(long from, long to) => Sequential(Linear(from, 64), ReLU(), Linear(64, 64), ReLU(), Linear(64, to));

    private static Module<Tensor, Tensor> Pictures() => new DcganGenerator(imageSize: 16, channels: 1, latentSize: 8, width: 8);

    private static Module<Tensor, Tensor> Judge(long channels) => Sequential(
        Conv2d(channels, 16, 4, stride: 2, padding: 1), LeakyReLU(0.2), Conv2d(16, 32, 4, stride: 2, padding: 1), LeakyReLU(0.2), Conv2d(32, 1, 4));

    private static Module<Tensor, Tensor> Translator() => Sequential(
        Conv2d(1, 16, 3, padding: 1), ReLU(), Conv2d(16, 16, 3, padding: 1), ReLU(), Conv2d(16, 1, 3, padding: 1), Tanh());

    /// <summary>A discriminator that sees the brightness of a picture alone.</summary>
    private sealed class Frozen() : Module<Tensor, Tensor>(nameof(Frozen))
    {
        public override Tensor forward(Tensor input) => input.mean([1], keepdim: true);
    }
}
