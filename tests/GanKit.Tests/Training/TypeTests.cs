using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

/// <summary>Networks and data of other types than float32.</summary>
public class TypeTests
{
    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void Step_OfNetworksAndDataOfOneType_LearnsInIt(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var trainer = AdversarialTrainer.Create(
            Tiny.Generator().to(type), Tiny.Discriminator().to(type), Tiny.Objective());
        using var batch = new Batch(randn(10, 2).to(type));
        var before = Tiny.Snapshot(trainer.Generator);

        Assert.All(trainer.Step(batch).Metrics.Values, value => Assert.True(double.IsFinite(value)));

        Assert.All(trainer.Generator.parameters(), parameter => Assert.Equal(type, parameter.dtype));
        Assert.Contains(trainer.Generator.parameters().Zip(before), pair => !pair.First.equal(pair.Second).all().item<bool>());
        Assert.Equal(type == float64 ? float64 : float32, trainer.Sample(3).dtype);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Step_OfConditionalNetworksInDoublePrecision_Learns(bool auxiliary)
    {
        using var scope = NewDisposeScope();
        var classes = Conditioning.Classes(3);
        var generator = new ConditionalDcganGenerator(classes, 16, width: 2, latentSize: 4).to(float64);
        using var batch = new Batch(randn([4, 3, 16, 16], dtype: float64), tensor(new long[] { 0, 1, 2, 0 }));

        var result = auxiliary
            ? AdversarialTrainer.Create(
                generator, new AuxiliaryClassifierDiscriminator(classes, Flatten(), features: 768).to(float64),
                new AuxiliaryClassifierObjective(4, AdversarialLoss.Hinge)).Step(batch)
            : AdversarialTrainer.Create(generator, new ConditionalDcganDiscriminator(classes, 16, width: 2).to(float64),
                new ConditionalObjective(4, AdversarialLoss.Hinge)).Step(batch);

        Assert.All(result.Metrics.Values, value => Assert.True(double.IsFinite(value)));
    }

    [Theory]
    [InlineData(ScalarType.Float32, ScalarType.Float64)]
    [InlineData(ScalarType.Float64, ScalarType.Float32)]
    [InlineData(ScalarType.Float32, ScalarType.BFloat16)]
    public void Step_OfDataOfAnotherType_NamesBoth(ScalarType weights, ScalarType data)
    {
        using var scope = NewDisposeScope();
        using var trainer = AdversarialTrainer.Create(
            Tiny.Generator().to(weights), Tiny.Discriminator().to(weights), Tiny.Objective());
        using var batch = new Batch(randn(10, 2).to(data));

        var mistake = Assert.Throws<ArgumentException>(() => trainer.Step(batch));

        Assert.Contains(
            $"samples are of {data}, but the discriminator's weights of {weights}", mistake.Message, StringComparison.Ordinal);
        Assert.IsType<System.Runtime.InteropServices.ExternalException>(mistake.InnerException);
        using var right = new Batch(randn(10, 2).to(weights));
        trainer.Step(right);
    }

    [Fact]
    public void Step_OfConditionsOfAnotherType_NamesBoth()
    {
        using var scope = NewDisposeScope();
        using var trainer = AdversarialTrainer.Create(Conv2d(3, 3, 1), Conv2d(6, 1, 1), new PairedObjective());
        using var batch = new Batch(randn(2, 3, 4, 4), randn([2, 3, 4, 4], dtype: float64));

        var mistake = Assert.Throws<ArgumentException>(() => trainer.Step(batch));

        Assert.Contains(
            "conditions are of Float64, but the generator's weights of Float32", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_OfDataOfFewerBitsInLowerPrecision_Learns()
    {
        using var scope = NewDisposeScope();
        using var trainer = Tiny.Trainer(new TrainerOptions { Precision = Precision.BFloat16 });
        using var batch = new Batch(randn(10, 2).to(bfloat16));

        Assert.All(trainer.Step(batch).Metrics.Values, value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Step_ThatFailsForAnotherReason_SaysThat()
    {
        using var scope = NewDisposeScope();
        using var trainer = AdversarialTrainer.Create(Sequential(Linear(4, 5)), Sequential(Linear(2, 1)), Tiny.Objective());
        using var batch = new Batch(randn(10, 2));

        Assert.Contains("shape", Assert.Throws<ArgumentException>(() => trainer.Step(batch)).Message, StringComparison.Ordinal);
    }
}
