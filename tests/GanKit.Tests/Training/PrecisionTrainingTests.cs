using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

/// <summary>Training in lower precision: what runs in it, what does not, and what is kept.</summary>
public class PrecisionTrainingTests
{
    private static readonly TrainerOptions InBFloat16 = new() { Precision = Precision.BFloat16, LearningRate = 1e-2 };

    [Theory]
    [InlineData("bfloat16")]
    [InlineData("float16")]
    public void Step_InLowerPrecision_NetworksComputeInIt_LossesPenaltiesAndWeightsDoNot(string name)
    {
        var precision = Precision.Parse(name);
        var (inGenerator, inDiscriminator) = (new List<ScalarType>(), new List<ScalarType>());
        var loss = new WatchedLoss();
        var penalty = new WatchedPenalty();
        var discriminator = new Watched(Tiny.Discriminator(), inDiscriminator);
        using var trainer = AdversarialTrainer.Create(
            new Watched(Tiny.Generator(), inGenerator), discriminator,
            new UnconditionalObjective(Tiny.LatentSize, loss, penalty), new TrainerOptions { Precision = precision });
        using var batch = Tiny.Batch();
        trainer.Step(batch);

        Assert.Equal([precision.Dtype], inGenerator);
        // real, fake, penalty; G's turn
        Assert.Equal([precision.Dtype, precision.Dtype, ScalarType.Float32, precision.Dtype], inDiscriminator);
        // fakes too, whose type would give them away
        Assert.All(discriminator.Given, dtype => Assert.Equal(ScalarType.Float32, dtype));
        Assert.Equal([ScalarType.Float32, ScalarType.Float32], penalty.Saw);
        Assert.All(loss.Saw, dtype => Assert.Equal(ScalarType.Float32, dtype));
        Assert.All(loss.Around.Concat(penalty.Around), around => Assert.Same(Precision.Float32, around));
        foreach (var parameter in trainer.Generator.parameters().Concat(trainer.Discriminator.parameters()))
        {
            Assert.Equal(ScalarType.Float32, parameter.dtype);
            Assert.Equal(ScalarType.Float32, parameter.grad!.dtype);
        }

        Assert.Same(Precision.Float32, Precision.Current(CPU));
    }

    /// <summary>
    /// Convolutions' casts are kept for as long as a scope lasts. Were they kept from one forward pass to the next, the
    /// generator's would be those that were made without gradients, when it made fakes for the discriminator.
    /// </summary>
    [Fact]
    public void Steps_InBFloat16_MoveEveryWeightOfBothNetworks()
    {
        using var trainer = Tiny.Convolutional(InBFloat16 with { ReuseFakes = false });
        var before = Tiny.Snapshot(trainer.Generator).Concat(Tiny.Snapshot(trainer.Discriminator)).ToArray();
        using var batch = Tiny.Images();
        trainer.Step(batch);
        var after = Tiny.Snapshot(trainer.Generator).Concat(Tiny.Snapshot(trainer.Discriminator));
        Assert.All(before.Zip(after), pair => Assert.False(pair.First.allclose(pair.Second, rtol: 0, atol: 1e-6)));
    }

    [Theory]
    [InlineData("bfloat16")]
    [InlineData("float16")]
    public void HundredSteps_InLowerPrecision_LeaveTheNumberOfLiveTensorsFlat(string name)
    {
        using var trainer = Tiny.Convolutional(new TrainerOptions
        {
            Precision = Precision.Parse(name),
            AverageDecay = 0.9,
            MaxGradientNorm = 1,
            GradientAccumulation = 2,
        });
        using var batch = Tiny.Images();
        for (var step = 0; step < 5; step++)
            trainer.Step(batch);
        var before = LiveTensors.OfThisThread;
        for (var step = 0; step < 100; step++)
            trainer.Step(batch);
        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    /// <summary>Notes what the network inside puts out.</summary>
    private sealed class Watched : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _inner;
        private readonly List<ScalarType> _seen;

        public Watched(Module<Tensor, Tensor> inner, List<ScalarType> seen) : base(nameof(Watched))
        {
            (_inner, _seen) = (inner, seen);
            RegisterComponents();
        }

        /// <summary>What it was given.</summary>
        public List<ScalarType> Given { get; } = [];

        public override Tensor forward(Tensor input)
        {
            Given.Add(input.dtype);
            var output = _inner.call(input);
            _seen.Add(output.dtype);
            return output;
        }
    }

    private sealed class WatchedLoss : IAdversarialLoss
    {
        public List<ScalarType> Saw { get; } = [];

        public List<Precision> Around { get; } = [];

        public Tensor DiscriminatorLoss(Tensor realLogits, Tensor fakeLogits)
        {
            Saw.AddRange([realLogits.dtype, fakeLogits.dtype]);
            Around.Add(Precision.Current(CPU));
            return AdversarialLoss.Hinge.DiscriminatorLoss(realLogits, fakeLogits);
        }

        public Tensor GeneratorLoss(Tensor fakeLogits, Tensor? realLogits = null)
        {
            Saw.Add(fakeLogits.dtype);
            Around.Add(Precision.Current(CPU));
            return AdversarialLoss.Hinge.GeneratorLoss(fakeLogits);
        }

        public Tensor Score(Tensor logits) => AdversarialLoss.Hinge.Score(logits);
    }

    private sealed class WatchedPenalty : IRegularizer
    {
        public string Name => "watched";

        public double Weight => 1;

        public int Interval => 1;

        public List<ScalarType> Saw { get; } = [];

        public List<Precision> Around { get; } = [];

        public Tensor Penalty(Func<Tensor, Tensor> critic, Tensor real, Tensor fake)
        {
            Saw.AddRange([real.dtype, fake.dtype]);
            Around.Add(Precision.Current(CPU));
            return new R1Penalty().Penalty(critic, real, fake);
        }
    }
}
