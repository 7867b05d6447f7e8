using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Objectives;

/// <summary>The labels of a round are dropped once, for both networks and both updates.</summary>
public class ConditionalLabelDropoutTests
{
    private const long Size = 64;

    private static readonly Conditioning Three = Conditioning.Classes(3, noClass: true);
    private static readonly StepContext Start = new(DiscriminatorStep: 0, GeneratorStep: 0, CPU);

    [Fact]
    public void Round_WithLabelDropout_ShowsEverybodyTheSameLabels()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (generator, discriminator) = (new Recording(4, 2), new Recording(2, 1));
        var labels = Labels();
        using var batch = new Batch(randn(Size, 2), labels.clone());
        var round = Objective(p: 0.5, new R1Penalty()).Begin(generator, discriminator, batch, Start);

        round.DiscriminatorLoss();
        round.GeneratorLoss();

        var seen = Assert.Single(generator.Seen);
        Assert.Equal(4, discriminator.Seen.Count); // real, fake, R1 on real, fake again
        Assert.All(discriminator.Seen, others => TensorAssert.Equal(seen, others));
        Assert.InRange(Dropped(seen), 15, 49); // of 64: four standard deviations
        TensorAssert.Equal(labels[seen != 3], seen[seen != 3]);
        TensorAssert.Equal(labels, batch.Condition!);
    }

    [Theory]
    [InlineData(0, false, 0)]
    [InlineData(1, false, Size)]
    [InlineData(1, true, 0)]
    public void Round_WithAllOrNothing_DropsSo(double p, bool evaluates, long dropped)
    {
        using var scope = NewDisposeScope();
        var (generator, discriminator) = (new Recording(4, 2), new Recording(2, 1));
        using var batch = new Batch(randn(Size, 2), Labels());
        using var dropout = new LabelDropout(Three, p);
        dropout.train(!evaluates);
        var objective = new ConditionalObjective(4, AdversarialLoss.Hinge) { LabelDropout = dropout };

        objective.Begin(generator, discriminator, batch, Start).DiscriminatorLoss();

        Assert.All([.. generator.Seen, .. discriminator.Seen], labels => Assert.Equal(dropped, Dropped(labels)));
    }

    [Fact]
    public void Step_WithFakesForEachLoss_DropsLabelsForEachOfThem()
    {
        using var scope = NewDisposeScope();
        var (generator, discriminator) = Train(new TrainerOptions { Seed = 5, ReuseFakes = false });
        var (again, _) = Train(new TrainerOptions { Seed = 5, ReuseFakes = false });

        TensorAssert.Equal(generator.Seen[0], discriminator.Seen[0]); // real
        TensorAssert.Equal(generator.Seen[0], discriminator.Seen[1]); // fake
        TensorAssert.Equal(generator.Seen[1], discriminator.Seen[2]); // the generator's own
        Assert.False(generator.Seen[0].equal(generator.Seen[1]).all().item<bool>());
        Assert.Equal(2, again.Seen.Count);
        Assert.All(generator.Seen.Zip(again.Seen), pair => TensorAssert.Equal(pair.First, pair.Second));
    }

    [Fact]
    public void Step_OnTheMetaDevice_TouchesNoValue()
    {
        // The meta device has shapes and no data: a value read back, or a tensor made on the CPU, fails there.
        using var scope = NewDisposeScope();

        var (generator, discriminator) = Train(new TrainerOptions { Device = META, GradientAccumulation = 2 });

        Assert.All([.. generator.Seen, .. discriminator.Seen], labels => Assert.Equal(DeviceType.META, labels.device_type));
    }

    [Fact]
    public void Round_WithAModuleOfYourOwn_GivesItsResultWithoutTrainingIt()
    {
        using var scope = NewDisposeScope();
        var noise = Linear(3, 3);
        var (generator, discriminator) = (new Recording(4, 2, attributes: 3), new Recording(2, 1, attributes: 3));
        using var batch = new Batch(randn(5, 2), rand(5, 3));
        var objective = new ConditionalObjective(4, AdversarialLoss.Hinge) { LabelDropout = noise };

        var round = objective.Begin(generator, discriminator, batch, Start);
        round.DiscriminatorLoss().Total().backward();
        round.GeneratorLoss().Total().backward();

        Assert.All(
            [.. generator.Seen, .. discriminator.Seen], seen => TensorAssert.Close(noise.call(batch.Condition!), seen));
        Assert.All(noise.parameters(), weight => Assert.Null(weight.grad));
    }

    private static ConditionalObjective Objective(double p, params IEnumerable<IRegularizer> regularizers) =>
        new(latentSize: 4, AdversarialLoss.Hinge, regularizers) { LabelDropout = new LabelDropout(Three, p) };

    private static (Recording Generator, Recording Discriminator) Train(TrainerOptions options)
    {
        var (generator, discriminator) = (new Recording(4, 2), new Recording(2, 1));
        using var trainer = AdversarialTrainer.Create(generator, discriminator, Objective(p: 0.5), options);
        using var batch = new Batch(zeros([Size, 2], device: options.Device), Labels().to(options.Device));
        trainer.Step(batch);
        return (generator, discriminator);
    }

    private static Tensor Labels() => arange(Size, dtype: int64) % 3;

    private static long Dropped(Tensor labels) => (labels == 3).sum().item<long>();

    /// <summary>Keeps the conditions that it is called with.</summary>
    private sealed class Recording : Module<Tensor, Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _body;

        public Recording(long size, long output, long attributes = 1) : base(nameof(Recording))
        {
            _body = Linear(size + attributes, output);
            RegisterComponents();
        }

        public List<Tensor> Seen { get; } = [];

        public override Tensor forward(Tensor input, Tensor condition)
        {
            Seen.Add(condition.clone().DetachFromDisposeScope()); // a step frees its own
            return _body.call(cat([input, condition.to(input.dtype).reshape(input.shape[0], -1)], 1));
        }
    }
}
