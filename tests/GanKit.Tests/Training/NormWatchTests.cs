using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

/// <summary>Normalisations of one value, which PyTorch refuses in Python and TorchSharp computes.</summary>
public class NormWatchTests
{
    // Networks of layers that treat samples apart see the real one and the generated one together.
    public static TheoryData<string, string, string> Refused => new()
    {
        { "BatchNorm1d", "'1'", "(1, 4)" },
        { "BatchNorm2d", "'2'", "(1, 4, 1, 1)" },
        { "BatchNorm2d untracked", "'2'", "(1, 4, 1, 1)" },
        { "BatchNorm3d", "'2'", "(1, 4, 1, 1, 1)" },
        { "InstanceNorm1d", "'2'", "(1, 4, 1)" },
        { "InstanceNorm2d", "'2'", "(2, 4, 1, 1)" },
        { "InstanceNorm2d tracked", "'2'", "(1, 4, 1, 1)" },
        { "InstanceNorm3d", "'2'", "(1, 4, 1, 1, 1)" },
        { "GroupNorm", "'2'", "(2, 4, 1)" },
        { "Norm.Batch", "'1'", "(1, 4)" },
        { "Norm.Instance", "'2'", "(2, 4, 1, 1)" },
        { "Norm.Group", "'2'", "(2, 4, 1, 1)" },
        { "late", "'3'", "(1, 4)" },
        { "forward", "'_norm'", "running_var became NaN" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Step_NormOfOneValue_IsRefusedBeforeAnythingChanges(string kind, string layer, string given)
    {
        using var discriminator = Network(kind);
        var frozen = BatchNorm1d(8);
        using var generator = Sequential(Linear(Tiny.LatentSize, 8), frozen, ReLU(), Linear(8, 2));
        frozen.eval(); // only the discriminator's is at fault
        using var trainer = AdversarialTrainer.Create(
            generator, discriminator, Tiny.Objective(), new TrainerOptions { AverageDecay = 0.9 });
        var before = State(trainer);

        using var one = Tiny.Batch(1);
        var error = Assert.Throws<ArgumentException>(() => trainer.Step(one));

        foreach (var part in new[] { "The discriminator's layer " + layer, "more than 1", given, "(1, 2)", "dropLast: true" })
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.All(before.Zip(State(trainer)), pair => TensorAssert.Equal(pair.First, pair.Second));
        Assert.Equal(0, trainer.StepCount);
        Assert.Throws<ArgumentException>(() => trainer.Step(one)); // again
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Step_GeneratorsNormOfOneValue_IsRefused(bool generatorFirst)
    {
        using var generator = Sequential(
            ("in", Linear(Tiny.LatentSize, 8)), ("norm", BatchNorm1d(8)), ("out", Linear(8, 2)));
        using var trainer = AdversarialTrainer.Create(generator, Tiny.Discriminator(), Tiny.Objective(), new TrainerOptions
        {
            Order = generatorFirst ? StepOrder.GeneratorFirst : StepOrder.DiscriminatorFirst,
        });
        using var many = Tiny.Batch();
        trainer.Step(many);
        var before = State(trainer);

        using var one = Tiny.Batch(1);
        var error = Assert.Throws<ArgumentException>(() => trainer.Step(one));

        Assert.Contains("The generator's layer 'norm' (BatchNorm1d)", error.Message, StringComparison.Ordinal);
        Assert.All(before.Zip(State(trainer)), pair => TensorAssert.Equal(pair.First, pair.Second));
        Assert.Equal(2, trainer.Step(many).Step); // it goes on
    }

    [Fact]
    public void Fit_LastBatchOfOne_SaysWhichAndHow()
    {
        using var trainer = AdversarialTrainer.Create(Tiny.Generator(), Network("BatchNorm1d"), Tiny.Objective());
        var points = Toy.EightGaussians(21);

        var error = Assert.Throws<ArgumentException>(
            () => trainer.Fit(Batches.FromTensor(points, batchSize: 10, seed: 1, dropLast: false), epochs: 1));

        Assert.Contains("shape (1, 2)", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, trainer.StepCount);
        trainer.Fit(Batches.FromTensor(points, batchSize: 10, seed: 1, dropLast: true), epochs: 1);
        Assert.Equal(4, trainer.StepCount);
    }

    [Fact]
    public void Step_PartsOfOne_NameTheAccumulation()
    {
        using var trainer = AdversarialTrainer.Create(
            Tiny.Generator(), Network("BatchNorm1d"), Tiny.Objective(), new TrainerOptions { GradientAccumulation = 4 });
        using var five = Tiny.Batch(5);

        var error = Assert.Throws<ArgumentException>(() => trainer.Step(five));

        Assert.Contains("shape (5, 2) in 4 parts (GradientAccumulation)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_BatchOfOne_WhereNoStatisticIsOfOneValue_Trains()
    {
        var frozen = BatchNorm1d(4);
        using var discriminator = Sequential(
            Linear(2, 16), Unflatten(1, [4, 4]), BatchNorm1d(4), InstanceNorm1d(4), Flatten(), Linear(16, 4), frozen,
            LayerNorm(4), Linear(4, 1));
        frozen.eval();
        using var trainer = AdversarialTrainer.Create(Tiny.Generator(), discriminator, Tiny.Objective());
        using var one = Tiny.Batch(1);
        trainer.Step(one);
        Assert.True(double.IsFinite(trainer.Step(one).DiscriminatorLoss));
    }

    /// <summary>Hooks are for the first step on batches of a shape: the second is as it was without them.</summary>
    [Fact]
    public void Step_OnBatchesOfEverNewShapes_KeepsNoneForGood()
    {
        using var trainer = AdversarialTrainer.Create(
            Sequential(Linear(Tiny.LatentSize, 2), BatchNorm1d(2)), Tiny.Discriminator(), Tiny.Objective());
        for (var size = 2; size < 402; size++)
        {
            using var batch = Tiny.Batch(size);
            trainer.Step(batch);
            Assert.InRange(trainer.WatchedShapes, 1, 256);
        }
    }

    [Fact]
    public void Step_OnBatchesOfAKnownShape_LeavesNothingBehind()
    {
        using var trainer = AdversarialTrainer.Create(Tiny.Generator(), Network("BatchNorm1d"), Tiny.Objective());
        using var many = Tiny.Batch();
        trainer.Step(many);
        var tensors = LiveTensors.OfThisThread;
        trainer.Step(many);
        Assert.Equal(tensors, LiveTensors.OfThisThread);

        // None is left on the layer either, or it would refuse this.
        var norm = trainer.Discriminator.modules().OfType<TorchSharp.Modules.BatchNorm1d>().Single();
        using var ruined = norm.call(ones(1, 4));
    }

    private static Module<Tensor, Tensor> Network(string kind) => kind switch
    {
        "BatchNorm1d" => Sequential(Linear(2, 4), BatchNorm1d(4), Linear(4, 1)),
        "Norm.Batch" => Sequential(Linear(2, 4), Norm.Batch.Create(4), Linear(4, 1)),
        "late" => Sequential(Linear(2, 16), Sequential(Unflatten(1, [4, 4]), BatchNorm1d(4), Flatten()), Linear(16, 4),
            BatchNorm1d(4), Linear(4, 1)), // the first one learns before the second refuses
        "forward" => new Forwarding(),
        "BatchNorm2d" => Maps(BatchNorm2d(4), 1, 1),
        "BatchNorm2d untracked" => Maps(BatchNorm2d(4, track_running_stats: false), 1, 1),
        "BatchNorm3d" => Maps(BatchNorm3d(4), 1, 1, 1),
        "InstanceNorm1d" => Maps(InstanceNorm1d(4), 1),
        "InstanceNorm2d" => Maps(InstanceNorm2d(4), 1, 1),
        "InstanceNorm2d tracked" => Maps(InstanceNorm2d(4, track_running_stats: true), 1, 1),
        "InstanceNorm3d" => Maps(InstanceNorm3d(4), 1, 1, 1),
        "GroupNorm" => Maps(GroupNorm(4, 4), 1),
        "Norm.Instance" => Maps(Norm.Instance.Create(4), 1, 1),
        "Norm.Group" => Maps(Norm.Group(4).Create(4), 1, 1),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static Module<Tensor, Tensor> Maps(Module<Tensor, Tensor> norm, params long[] size) =>
        Sequential(Linear(2, 4), Unflatten(1, [4, .. size]), norm, Flatten(), Linear(4, 1));

    private static List<Tensor> State<TG, TD>(AdversarialTrainer<TG, TD> trainer)
        where TG : nn.Module
        where TD : nn.Module
    {
        using (trainer.UseForInference())
        {
            return [.. new nn.Module[] { trainer.Generator, trainer.Discriminator }
                .SelectMany(network => network.state_dict().Values).Select(tensor => tensor.detach().clone())];
        }
    }

    /// <summary>Calls <c>forward</c>, as many do, and so goes past all hooks.</summary>
    private sealed class Forwarding : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _first = Linear(2, 4), _norm = BatchNorm1d(4), _last = Linear(4, 1);

        internal Forwarding()
            : base(nameof(Forwarding)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _last.forward(_norm.forward(_first.forward(input)));
    }
}
