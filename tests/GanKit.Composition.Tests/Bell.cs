namespace Composition;

/// <summary>The smallest thing that a GAN can learn: numbers around 3 with a standard deviation of 0.5.</summary>
internal static class Bell
{
    public const long LatentSize = 2;

    public static Module<Tensor, Tensor> Generator() => Sequential(Linear(LatentSize, 32), LeakyReLU(0.2), Linear(32, 1));

    public static Module<Tensor, Tensor> Discriminator() => Sequential(Linear(1, 32), LeakyReLU(0.2), Linear(32, 32), LeakyReLU(0.2), Linear(32, 1));

    public static Batches Data(int batchSize = 128)
    {
        using var random = new Generator(5, CPU);
        using var numbers = randn([2_048, 1], generator: random) * 0.5 + 3; // (N, 1)
        return Batches.FromTensor(numbers, batchSize, seed: 5);
    }

    public static Batch Batch(int size = 8) => new(linspace(2, 4, size).reshape(-1, 1));

    /// <summary>Trains, and requires that the samples are the data's.</summary>
    public static void Learns<TD>(TD discriminator, IObjective<Module<Tensor, Tensor>, TD> objective, int steps = 800)
        where TD : Module
    {
        using var trainer = new AdversarialTrainer<Module<Tensor, Tensor>, TD>(Generator(), discriminator, objective,
            new TrainerOptions { LearningRate = 2e-3, AverageDecay = 0.98, Seed = 1, Schedule = LearningRateSchedule.Cosine(steps) });
        trainer.Fit(Data(), steps: steps);

        using var samples = trainer.Sample(1_000, seed: 1); // (1000, 1)
        Assert.InRange(samples.mean().item<float>(), 2.75f, 3.25f);
        Assert.InRange(samples.std().item<float>(), 0.3f, 0.7f);
    }
}
