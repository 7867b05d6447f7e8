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
        using var trainer = AdversarialTrainer.Create(
            new Watched(Tiny.Generator(), inGenerator), new Watched(Tiny.Discriminator(), inDiscriminator),
            new UnconditionalObjective(Tiny.LatentSize, loss, penalty), new TrainerOptions { Precision = precision });
        using var batch = Tiny.Batch();
        trainer.Step(batch);

        Assert.Equal([precision.Dtype], inGenerator);
        Assert.Equal([precision.Dtype, precision.Dtype, ScalarType.Float32, precision.Dtype], inDiscriminator); // real, fake, penalty; G's turn
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

    /// <summary>The trainer's option decides, and no scope around it.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void Steps_WithinAScopeOfTheCallers_AreThoseWithoutIt(bool reuseFakes, bool generatorFirst)
    {
        var options = InBFloat16 with
        {
            ReuseFakes = reuseFakes,
            AverageDecay = 0.9,
            Order = generatorFirst ? StepOrder.GeneratorFirst : StepOrder.DiscriminatorFirst,
        };
        var expected = Run(Precision.Float32, options);
        Assert.All(expected.Zip(Run(Precision.BFloat16, options)), pair => TensorAssert.Equal(pair.First, pair.Second));

        // In full precision it is the trainer too that decides.
        var full = options with { Precision = Precision.Float32 };
        expected = Run(Precision.Float32, full);
        Assert.All(expected.Zip(Run(Precision.BFloat16, full)), pair => TensorAssert.Equal(pair.First, pair.Second));

        static Tensor[] Run(Precision around, TrainerOptions options)
        {
            using var scope = around.Autocast(CPU);
            using var trainer = Convolutional(options);
            using var batch = Images();
            for (var step = 0; step < 3; step++)
                trainer.Step(batch);
            return [.. Tiny.Snapshot(trainer.Generator), .. Tiny.Snapshot(trainer.Discriminator)];
        }
    }

    [Fact]
    public void Step_WithinAScopeOfTheCallers_LeavesItNoCastsOfFormerWeights()
    {
        using var trainer = Convolutional(InBFloat16);
        using var batch = Images();
        using var outer = Precision.BFloat16.Autocast(CPU);
        using var before = trainer.Discriminator.call(batch.Real); // casts the weights of now
        trainer.Step(batch);
        using var after = trainer.Discriminator.call(batch.Real);
        outer.Dispose();
        using var again = Precision.BFloat16.Autocast(CPU);
        using var expected = trainer.Discriminator.call(batch.Real);
        TensorAssert.Equal(expected, after);
        Assert.False(before.equal(after).all().item<bool>());
    }

    /// <summary>
    /// Convolutions' casts are kept for as long as a scope lasts. Were they kept from one forward pass to the next, the generator's
    /// would be those that were made without gradients, when it made fakes for the discriminator.
    /// </summary>
    [Fact]
    public void Steps_InBFloat16_MoveEveryWeightOfBothNetworks()
    {
        using var trainer = Convolutional(InBFloat16 with { ReuseFakes = false });
        var before = Tiny.Snapshot(trainer.Generator).Concat(Tiny.Snapshot(trainer.Discriminator)).ToArray();
        using var batch = Images();
        trainer.Step(batch);
        var after = Tiny.Snapshot(trainer.Generator).Concat(Tiny.Snapshot(trainer.Discriminator));
        Assert.All(before.Zip(after), pair => Assert.False(pair.First.allclose(pair.Second, rtol: 0, atol: 1e-6)));
    }

    [Fact]
    public void Sample_InAScope_IsInFloat32_OfTheAveragedWeightsAndThenOfTheOwn()
    {
        using var trainer = Convolutional(InBFloat16 with { AverageDecay = 0.9, LearningRate = 0.05 });
        using var batch = Images();
        for (var step = 0; step < 10; step++)
            trainer.Step(batch);

        using var averaged = trainer.Sample(4, seed: 1);
        using var own = trainer.Sample(4, averaged: false, seed: 1);
        using (Precision.BFloat16.Autocast(CPU))
        {
            // Each would be the one before it, if its casts were still those of the other weights.
            using var first = trainer.Sample(4, averaged: false, seed: 1);
            using var second = trainer.Sample(4, seed: 1);
            using var third = trainer.Sample(4, averaged: false, seed: 1);
            Assert.Equal(ScalarType.Float32, second.dtype);
            TensorAssert.Equal(first, third);
            TensorAssert.Close(averaged, second, relative: 0.02, absolute: 0.02);
            Assert.False(averaged.equal(second).all().item<bool>()); // it did run in bfloat16
            Assert.False(own.allclose(averaged, rtol: 0.02, atol: 0.02));
        }

        Assert.Equal(ScalarType.Float32, averaged.dtype);
    }

    /// <summary>The gradients that penalties give the critic are those of float32, whatever is around.</summary>
    [Theory]
    [InlineData("gradient_penalty")]
    [InlineData("r1_penalty")]
    [InlineData("r2_penalty")]
    [InlineData("dragan_penalty")]
    public void Penalty_InAScope_HasTheValueAndGradientsOfFloat32(string name)
    {
        using var scope = NewDisposeScope();
        IRegularizer[] all = [new GradientPenalty(), new R1Penalty(), new R2Penalty(), new DraganPenalty()];
        var penalty = all.Single(penalty => penalty.Name == name);
        manual_seed(3);
        var critic = Sequential(Conv2d(1, 4, 3, padding: 1), LeakyReLU(0.2), Conv2d(4, 1, 3), Flatten(), Linear(36, 1));
        var (real, fake) = (randn(5, 1, 8, 8), randn(5, 1, 8, 8).to(ScalarType.BFloat16));

        var expected = Gradients(Precision.Float32, fake.to(ScalarType.Float32));
        Assert.All(expected.Zip(Gradients(Precision.BFloat16, fake)), pair => TensorAssert.Equal(pair.First, pair.Second));
        Assert.All(expected.Skip(1), gradient => Assert.Equal(ScalarType.Float32, gradient.dtype));
        Assert.Contains(expected.Skip(1), gradient => gradient.abs().max().item<float>() > 1e-3);

        Tensor[] Gradients(Precision precision, Tensor fake)
        {
            critic.zero_grad();
            manual_seed(4);
            Tensor value;
            using (precision.Autocast(CPU))
                value = penalty.Penalty(critic.call, real, fake);
            value.backward();
            return [value, .. critic.parameters().Select(parameter => parameter.grad?.clone()).OfType<Tensor>()];
        }
    }

    [Theory]
    [InlineData("bfloat16")]
    [InlineData("float16")]
    public void HundredSteps_InLowerPrecision_LeaveTheNumberOfLiveTensorsFlat(string name)
    {
        using var trainer = Convolutional(new TrainerOptions
        {
            Precision = Precision.Parse(name),
            AverageDecay = 0.9,
            MaxGradientNorm = 1,
            GradientAccumulation = 2,
        });
        using var batch = Images();
        for (var step = 0; step < 5; step++)
            trainer.Step(batch);
        var before = LiveTensors.OfThisThread;
        for (var step = 0; step < 100; step++)
            trainer.Step(batch);
        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    private static AdversarialTrainer<DcganGenerator, DcganDiscriminator> Convolutional(TrainerOptions options)
    {
        manual_seed(1);
        return AdversarialTrainer.Create(
            new DcganGenerator(imageSize: 16, channels: 1, latentSize: 8, width: 4), new DcganDiscriminator(imageSize: 16, channels: 1, width: 4),
            new UnconditionalObjective(8, AdversarialLoss.NonSaturating), options);
    }

    private static Batch Images()
    {
        manual_seed(2);
        return new Batch(rand(8, 1, 16, 16) * 2 - 1);
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

        public override Tensor forward(Tensor input)
        {
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
