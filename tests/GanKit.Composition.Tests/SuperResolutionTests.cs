namespace Composition;

/// <summary>Pairs for super-resolution from any pictures: the input is the target's mean over squares of pixels.</summary>
internal sealed class ShrunkPairs(ImageSource pictures, int factor) : ImagePairSource
{
    public override int Count => pictures.Count;

    public override string Name(int index) => pictures.Name(index);

    public override (Tensor Input, Tensor Target) ReadPair(int index)
    {
        var target = pictures.Read(index);                                  // (C, H, W)
        return (functional.avg_pool2d(target, factor), target);             // (C, H / factor, W / factor)
    }
}

/// <summary>A network of [0, 1], as super-resolution's are, for pictures in [-1, 1], as GanKit's data are.</summary>
internal sealed class InUnitRange : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> _network;
    private readonly bool _outputToo;

    public InUnitRange(Module<Tensor, Tensor> network, bool outputToo) : base(nameof(InUnitRange))
    {
        (_network, _outputToo) = (network, outputToo);
        RegisterComponents();
    }

    public override Tensor forward(Tensor images)
    {
        using var output = _network.call((images + 1) / 2);
        return _outputToo ? output * 2 - 1 : output.alias();
    }
}

/// <summary>
/// SRGAN's objective, which GanKit does not ship: the discriminator sees enlarged pictures alone, without what they came
/// from.
/// </summary>
internal sealed class SuperResolutionObjective : Objective<Module<Tensor, Tensor>, Module<Tensor, Tensor>, Tensor>
{
    public IAdversarialLoss Loss { get; init; } = AdversarialLoss.RelativisticAverage;

    public IReconstructionLoss Content { get; init; } = ReconstructionLoss.L1;

    public double AdversarialWeight { get; init; } = 1e-3;

    protected override Tensor Generate(Module<Tensor, Tensor> generator, Batch batch, StepContext context) =>
        generator.call(
            batch.Condition ?? throw new ArgumentException("Super-resolution needs small pictures as Batch.Condition."));

    protected override LossTerms DiscriminatorLoss(
        Module<Tensor, Tensor> discriminator, Batch batch, Tensor fakes, StepContext context) =>
        AdversarialTerms.ForDiscriminator(Loss, [], discriminator.call, batch.Real, fakes, context);

    protected override LossTerms GeneratorLoss(
        Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator, Batch batch, Tensor fakes,
        StepContext context)
    {
        var terms = AdversarialTerms.ForGenerator(Loss, discriminator.call, batch.Real, fakes, context, AdversarialWeight);
        terms.Add("content", Content.Loss(fakes, batch.Real));
        return terms;
    }
}

/// <summary>
/// A whole system that GanKit doesn't ship: two parts are new, an objective and a source; all others are the library's.
/// </summary>
public class SuperResolutionTests
{
    private const int Scale = 2;

    [Fact]
    public void Srgan_OfShippedAndOwnParts_EnlargesBetterThanRepeatingPixels()
    {
        manual_seed(1);
        using var trainer = AdversarialTrainer.Create(
            new InUnitRange(new SrganGenerator(Scale, channels: 1, width: 16, blocks: 1), outputToo: true),
            new InUnitRange(new SrganDiscriminator(channels: 1, width: 8), outputToo: false),
            new SuperResolutionObjective(),
            new TrainerOptions
            {
                LearningRate = 2e-3,
                AverageDecay = 0.98,
                Schedule = LearningRateSchedule.Cosine(Steps),
                Seed = 1,
            });
        var names = new HashSet<string>();

        trainer.Fit(Pairs(count: 256, seed: 1).Batches(batchSize: 8, seed: 1), steps: Steps,
            callbacks: [TrainingCallback.Every(Steps, (_, step) => names.UnionWith(step.Metrics.Keys))]);

        Assert.Superset(
            new HashSet<string> { "generator/content", "generator/adversarial", "discriminator/adversarial" }, names);
        // pictures that it never saw
        foreach (var batch in Pairs(count: 32, seed: 2).Batches(batchSize: 32, shuffle: false))
        {
            using var scope = NewDisposeScope();
            using var inference = trainer.UseForInference();
            var enlarged = trainer.Generator.call(batch.Condition!);                                 // (32, 1, 32, 32)
            var repeated = batch.Condition!.repeat_interleave(Scale, 2).repeat_interleave(Scale, 3); // (32, 1, 32, 32)
            var learned = ReconstructionLoss.L1.Loss(enlarged, batch.Real).item<float>();
            var naive = ReconstructionLoss.L1.Loss(repeated, batch.Real).item<float>();
            Assert.True(learned < 0.7 * naive, $"L1 {learned:F4}, by repeating pixels {naive:F4}");
        }

        trainer.Generator.eval();
        using var photo = rand(1, 13, 9) * 2 - 1;
        using var large = trainer.Generator.Translate(
            photo, new TranslateOptions { Fit = PictureFit.Tiles(size: 8, overlap: 4) });
        Assert.Equal([1, 26, 18], large.shape);
    }

    private const int Steps = 300;

    private static ImageDataset Pairs(int count, long seed) =>
        new(new ShrunkPairs(Shapes.Load(count, size: 32, channels: 1, seed).Source, Scale));
}
