namespace Composition;

/// <summary>The four systems, each for any loss and any regularizers: only these two differ from line to line.</summary>
internal static class FourSystems
{
    private static Conditioning Classes { get; } = Conditioning.Classes(3);

    public static IReadOnlyDictionary<string, Func<IAdversarialLoss, IRegularizer[], Outcome>> All { get; } =
        new Dictionary<string, Func<IAdversarialLoss, IRegularizer[], Outcome>>
        {
            ["DCGAN"] = (loss, regularizers) => Train(
                new DcganGenerator(imageSize: 16, channels: 1, latentSize: 4, width: 4),
                new DcganDiscriminator(imageSize: 16, channels: 1, width: 4),
                new UnconditionalObjective(latentSize: 4, loss, regularizers),
                new Batch(rand(4, 1, 16, 16) * 2 - 1)),

            ["CGAN"] = (loss, regularizers) => Train(
                new ConditionalDcganGenerator(
                    Classes, imageSize: 16, channels: 1, latentSize: 4, width: 4, embeddingSize: 2),
                new ConditionalDcganDiscriminator(Classes, imageSize: 16, channels: 1, width: 4),
                new ConditionalObjective(latentSize: 4, loss, regularizers),
                new Batch(rand(4, 1, 16, 16) * 2 - 1, tensor([0L, 1, 2, 1]))),

            ["CGAN with projection"] = (loss, regularizers) => Train(
                new ConditionalDcganGenerator(
                    Classes, imageSize: 16, channels: 1, latentSize: 4, width: 4, conditionalNorm: true),
                ProjectionDiscriminator.Dcgan(Classes, imageSize: 16, channels: 1, width: 4),
                new ConditionalObjective(latentSize: 4, loss, regularizers),
                new Batch(rand(4, 1, 16, 16) * 2 - 1, tensor([0L, 1, 2, 1]))),

            ["pix2pix"] = (loss, regularizers) => Train(
                new UnetGenerator(inChannels: 1, outChannels: 1, downs: 5, width: 4, dropout: true),
                new PatchDiscriminator(inChannels: 2, width: 4, layers: 1),
                new PairedObjective { Loss = loss, Regularizers = regularizers },
                new Batch(rand(2, 1, 32, 32) * 2 - 1, rand(2, 1, 32, 32) * 2 - 1)),

            ["CycleGAN"] = (loss, regularizers) => Train(
                new CyclePair<ResnetGenerator>(
                    () => new ResnetGenerator(inChannels: 1, outChannels: 1, width: 4, blocks: 1)),
                new DomainPair<PatchDiscriminator>(
                    () => new PatchDiscriminator(inChannels: 1, width: 4, layers: 1, norm: Norm.Instance)),
                new CycleObjective { Loss = loss, Regularizers = regularizers, PoolSeed = 1 },
                new Batch(rand(2, 1, 16, 16) * 2 - 1, rand(2, 1, 16, 16) * 2 - 1),
                StepOrder.GeneratorFirst),
        };

    private static Outcome Train<TG, TD, TObjective>(
        TG generator, TD discriminator, TObjective objective, Batch batch, StepOrder order = StepOrder.DiscriminatorFirst)
        where TG : Module
        where TD : Module
        where TObjective : IObjective<TG, TD>
    {
        using var trainer = AdversarialTrainer.Create(
            generator, discriminator, objective, new TrainerOptions { FiniteCheckInterval = 1, Order = order });
        using var before = new Weights(generator, discriminator);
        trainer.Step(batch);
        var metrics = trainer.Step(batch).Metrics;
        var judged = discriminator.named_parameters().Where(entry => entry.parameter.dim() > 1)
            .Select(entry => entry.parameter.detach().clone()).ToArray();
        return new(metrics, [.. before.Unchanged()], judged);
    }

    /// <summary>What came of two steps.</summary>
    /// <param name="Metrics">What the second logged.</param>
    /// <param name="Unchanged">The names of weights that did not move.</param>
    /// <param name="Discriminator">The discriminator's weights after both.</param>
    internal sealed record Outcome(
        IReadOnlyDictionary<string, double> Metrics, IReadOnlyList<string> Unchanged, IReadOnlyList<Tensor> Discriminator);
}
