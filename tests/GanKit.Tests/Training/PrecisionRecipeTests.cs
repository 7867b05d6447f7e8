using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

/// <summary>Every objective trains in lower precision, and its terms mean the same.</summary>
public class PrecisionRecipeTests
{
    private const int Size = 32; // the least of a U-Net

    private static readonly Dictionary<string, Func<TrainerOptions, IReadOnlyDictionary<string, double>>> Recipes = new()
    {
        ["unconditional"] = options => Train(
            new DcganGenerator(imageSize: Size, channels: 1, latentSize: 8, width: 4), new SnDcganDiscriminator(
                imageSize: Size, channels: 1, width: 4),
            new UnconditionalObjective(8, AdversarialLoss.RelativisticAverage, new R1Penalty(), new R2Penalty()), null,
            options),
        ["conditional"] = options => Train(
            new ConditionalDcganGenerator(
                Conditioning.Classes(3), imageSize: Size, channels: 1, latentSize: 8, width: 4, conditionalNorm: true),
            new ProjectionDiscriminator(Conditioning.Classes(3), Body(), features: 4),
            new ConditionalObjective(8, AdversarialLoss.Hinge, new GradientPenalty()), Classes(), options),
        ["auxiliary classifier"] = options => Train(
            new ConditionalDcganGenerator(Conditioning.Classes(3), imageSize: Size, channels: 1, latentSize: 8, width: 4),
            new AuxiliaryClassifierDiscriminator(Conditioning.Classes(3), Body(), features: 4, spectralNorm: true),
            new AuxiliaryClassifierObjective(8, AdversarialLoss.NonSaturating), Classes(), options),
        ["pix2pix"] = options => Train(
            new UnetGenerator(1, 1, downs: 5, width: 4), new PatchDiscriminator(2, width: 4, layers: 1),
            new PairedObjective(), Images(), options),
        ["cyclegan"] = options => Train(
            new CyclePair<ResnetGenerator>(() => new ResnetGenerator(1, 1, width: 4, blocks: 1)),
            new DomainPair<PatchDiscriminator>(() => new PatchDiscriminator(1, width: 4, layers: 1)),
            new CycleObjective { PoolSeed = 1, Regularizers = [new R1Penalty()] }, Images(), options),
    };

    public static TheoryData<string, string> Cases { get; } = new MatrixTheoryData<string, string>(
        Recipes.Keys, ["bfloat16", "float16"]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void FourSteps_InLowerPrecision_HaveTheTermsOfFloat32(string recipe, string precision)
    {
        using var scope = NewDisposeScope();
        var options = new TrainerOptions { LearningRate = 1e-4, Order = StepOrder.GeneratorFirst };
        manual_seed(1);
        var expected = Recipes[recipe](options);
        manual_seed(1);
        var actual = Recipes[recipe](options with { Precision = Precision.Parse(precision) });

        Assert.Equal(expected.Keys, actual.Keys);
        Assert.All(expected, term => Assert.Equal(term.Value, actual[term.Key], 0.05 * Math.Max(1, Math.Abs(term.Value))));
        Assert.Contains(expected, term => term.Value != actual[term.Key]);
    }

    private static IReadOnlyDictionary<string, double> Train<TG, TD, TObjective>(
        TG generator, TD discriminator, TObjective objective, Tensor? condition, TrainerOptions options)
        where TG : nn.Module
        where TD : nn.Module
        where TObjective : IObjective<TG, TD>
    {
        using var trainer = AdversarialTrainer.Create(generator, discriminator, objective, options);
        using var batch = new Batch(Images(), condition);
        IReadOnlyDictionary<string, double> metrics = new Dictionary<string, double>();
        for (var step = 0; step < 4; step++)
            metrics = trainer.Step(batch).Metrics;
        return metrics;
    }

    private static Tensor Images() => rand(4, 1, Size, Size) * 2 - 1;

    private static Tensor Classes() => tensor([0L, 1L, 2L, 1L]);

    private static Module<Tensor, Tensor> Body() => Sequential(
        Conv2d(1, 4, 3, stride: 2, padding: 1), LeakyReLU(0.2), Conv2d(4, 4, 3, stride: 2, padding: 1), LeakyReLU(0.2),
        AdaptiveAvgPool2d(1), Flatten());
}
