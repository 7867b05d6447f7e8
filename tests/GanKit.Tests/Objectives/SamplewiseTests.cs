using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Objectives;

public class SamplewiseTests
{
    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>>> Apart = new()
    {
        ["every activation"] = () => Sequential(
            Conv2d(3, 4, 3, padding: 1), ReLU(), ReLU6(), LeakyReLU(0.2), ELU(), SELU(), GELU(), SiLU(), Mish(), Sigmoid(),
            Tanh(), Softplus()),
        ["every norm"] = () =>
            Sequential(
                InstanceNorm2d(3, affine: true), Norm.Group(3).Create(3), LayerNorm([16]), Norm.Instance.Create(3),
                Norm.Pixel.Create(3)),
        ["sizes"] = () => Sequential(
            ReflectionPad2d(1L), ZeroPad2d(1L), ReplicationPad2d(1L), Upsample(scale_factor: [2.0, 2.0]), PixelUnshuffle(2),
            PixelShuffle(2), AvgPool2d(2),
            MaxPool2d(2), ConvTranspose2d(3, 4, 4), AdaptiveMaxPool2d([3, 3]), AdaptiveAvgPool2d(2), Identity(), Flatten(),
            Linear(16, 3)),
        ["unflattened"] = () => Sequential(Flatten(), Linear(768, 12), Unflatten(1, [3, 2, 2])),
        ["blocks"] = () => Sequential(
            new SnganImageBlock(3, 4, spectralNorm: false), new SnganDiscriminatorBlock(4, 4, downsample: true, spectralNorm: false), new PixelNorm(),
            new EqualizedConv2d(4, 4, 3)),
        ["mlp"] = () => new MlpDiscriminator((3, 16, 16)),
        ["patch"] = () => new PatchDiscriminator(3, width: 4, layers: 1, norm: Norm.Instance),
        ["pixel"] = () => new PixelDiscriminator(3, width: 4, norm: Norm.Instance),
        ["multi-scale"] = () => new MultiScaleDiscriminator(3, width: 4, layers: 1, scales: 2, norm: Norm.Instance),
        ["resnet"] = () => new ResnetGenerator(width: 4, blocks: 1),
        ["srgan"] = () => new SrganGenerator(blocks: 1, width: 4),
        ["rrdb"] = () => new RrdbGenerator(blocks: 1, width: 4, growth: 4),
        ["mine"] = () => new Mine(),
    };

    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>>> Together = new()
    {
        ["batch norm"] = () => new DcganDiscriminator(imageSize: 16, channels: 3, width: 4),
        ["dropout"] = () => Sequential(Conv2d(3, 4, 3), Dropout(0.5)),
        ["spectral norm"] = () => new SnDcganDiscriminator(imageSize: 16, channels: 3, width: 4),
        ["minibatch statistics"] = () => Sequential(Conv2d(3, 4, 3), new MinibatchStdDev()),
        ["running statistics"] = () => InstanceNorm2d(3, track_running_stats: true),
        ["samples flattened too"] = () => Sequential(Conv2d(3, 4, 3), Flatten(start_dim: 0)),
        ["samples unflattened too"] = () => Sequential(Conv2d(3, 4, 3), Unflatten(0, [1, -1])),
        ["unflattened from the back"] = () => Sequential(Conv2d(3, 4, 3), Unflatten(-1, [1, -1])),
        ["a norm of several dimensions"] = () => LayerNorm([3, 16, 16]),
        ["a user's own"] = () => new Unmarked(),
        ["a user's own in a marked one"] = () => Sequential(new Mine(), new Unmarked()),
        ["unet"] = () => new UnetGenerator(downs: 5, width: 4),
    };

    public static TheoryData<string> ApartNames { get; } = [.. Apart.Keys];

    public static TheoryData<string> TogetherNames { get; } = [.. Together.Keys];

    public static TheoryData<string> Recipes { get; } = [.. Training.TwentySteps.Names];

    [Theory]
    [MemberData(nameof(ApartNames))]
    public void Is_OfModulesThatTreatSamplesApart_IsTrueAndSoTheyDo(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = Apart[name]().to(float64);
        if (network is RrdbGenerator or SrganGenerator)
            network.eval(); // the latter has batch norm
        var (one, other) = (randn([2, 3, 16, 16], dtype: float64), randn([1, 3, 16, 16], dtype: float64));

        Assert.Equal(name != "srgan", Samplewise.Is(network));
        var both = Samplewise.Run(network.call, one, other);
        TensorAssert.Close(network.call(one), both[0], 1e-12, 1e-13);
        TensorAssert.Close(network.call(other), both[1], 1e-12, 1e-13);
    }

    [Theory]
    [MemberData(nameof(TogetherNames))]
    public void Is_OfModulesThatDoNot_IsFalse(string name)
    {
        using var network = Together[name]();

        Assert.False(Samplewise.Is(network));
    }

    [Fact]
    public void Run_OfANetworkThatJoinsSamples_SaysSo()
    {
        using var scope = NewDisposeScope();
        var (one, other) = (randn(4, 2), randn(2, 2));
        foreach (var joins in (Func<Tensor, Tensor>[])[x => x.mean(), x => x.reshape(3, 4)])
        {
            var error = Assert.Throws<InvalidOperationException>(() => Samplewise.Run(joins, one, other));
            Assert.Contains("of 6 samples, 4 and 2 put together", error.Message, StringComparison.Ordinal);
            Assert.Contains("[Samplewise]", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void TwentySteps_OfBatchesTogether_AreTheSameAsApart(string recipe) =>
        AssertTheSameAsApart(recipe, new TrainerOptions { Order = StepOrder.GeneratorFirst });

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true, Explicit = true)] // eng/test.sh --long
    [InlineData(3, true)] // parts of one sample and of two
    public void TwentySteps_OfACycleInOtherWays_AreTheSameAsApart(int parts, bool reuse) =>
        AssertTheSameAsApart("cyclegan", new TrainerOptions { GradientAccumulation = parts, ReuseFakes = reuse });

    private static void AssertTheSameAsApart(string recipe, TrainerOptions options)
    {
        using var scope = NewDisposeScope();
        options = options with { Optimizer = (parameters, rate) => Optimizers.Sgd(parameters, rate * 10, momentum: 0.5) };

        var (together, losses) = Training.TwentySteps.Train(recipe, options, float64);
        var (apart, lossesApart) = Training.TwentySteps.Train(recipe, options, float64, (generator, discriminator) =>
        {
            Forbid(generator);
            Forbid(discriminator);
        });

        Assert.All(together, entry => TensorAssert.Close(apart[entry.Key], entry.Value, 1e-9, 1e-11));
        Assert.All(losses.Zip(lossesApart), pair =>
            Assert.Equal(pair.First, pair.Second, 1e-6 * Math.Max(1, Math.Abs(pair.First))));
    }

    /// <summary>
    /// A module that is not known makes a network, and each of a pair, run on one batch at a time. Nothing calls it.
    /// </summary>
    private static void Forbid(Module network)
    {
        foreach (var part in network is CyclePair or DomainPair ? network.children() : [network])
            part.register_module("unknown", new Unmarked());
    }

    [Fact]
    public void ForDiscriminator_OfALossThatWritesToItsLogits_IsTheSameAsApart()
    {
        using var scope = NewDisposeScope();
        using var critic = Sequential(Flatten(), Linear(12, 1));
        var (real, fake) = (randn(4, 3, 2, 2), randn(4, 3, 2, 2));
        var context = new StepContext(0, 0, CPU);

        AdversarialTerms.ForDiscriminator(new InPlaceHinge(), [], Critic.Of(critic), real, fake, context).Total()
            .backward();
        var gradients = critic.parameters().Select(parameter => parameter.grad!.clone()).ToArray();
        critic.zero_grad();
        AdversarialTerms.ForDiscriminator(AdversarialLoss.Hinge, [], critic.call, real, fake, context).Total().backward();

        Assert.All(
            critic.parameters().Zip(gradients), pair => TensorAssert.Close(pair.First.grad!, pair.Second, 1e-5, 1e-6));
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.5, 2)]
    [InlineData(0, 2)]
    public void Step_OfACycleWhosePartsWriteToWhatTheyAreGiven_IsTheSame(double identityWeight, int poolSize)
    {
        using var scope = NewDisposeScope();

        var (expected, losses) = Train(ReconstructionLoss.L1, inPlace: false);
        var (actual, lossesInPlace) = Train(new InPlaceL1(), inPlace: true);

        Assert.All(expected.Zip(actual), pair => TensorAssert.Close(pair.First, pair.Second, 1e-9, 1e-11));
        Assert.All(losses.Zip(lossesInPlace), pair => Assert.Equal(pair.First, pair.Second, 1e-6));

        (Tensor[] Weights, double[] Losses) Train(IReconstructionLoss reconstruction, bool inPlace)
        {
            manual_seed(1);
            var generator = new CyclePair<ResnetGenerator>(() => new ResnetGenerator(width: 4, blocks: 1)).to(float64);
            var discriminator = new DomainPair<TorchSharp.Modules.Sequential>(
                () => Sequential(LeakyReLU(0.2, inplace: inPlace), Conv2d(3, 1, 4))).to(float64);
            using var trainer = AdversarialTrainer.Create(
                generator, discriminator,
                new CycleObjective { Reconstruction = reconstruction, IdentityWeight = identityWeight, PoolSize = poolSize, PoolSeed = 1 },
                TrainerOptions.CycleGan with { Optimizer = (parameters, rate) => Optimizers.Sgd(parameters, 0.01) });
            using var batch = new Batch(randn([2, 3, 16, 16], dtype: float64), randn([2, 3, 16, 16], dtype: float64));
            var metrics = trainer.Step(batch).Metrics.Values.Concat(trainer.Step(batch).Metrics.Values).ToArray();
            return ([.. generator.parameters().Concat(discriminator.parameters()).Select(parameter => parameter.detach())], metrics);
        }
    }

    [Theory]
    [InlineData("mlp", 2)]
    [InlineData("wgan-gp", 3)] // the penalty's is another
    [InlineData("cyclegan", 2)]
    [InlineData("dcgan", 3)]
    public void Step_RunsTheDiscriminatorOnceForRealAndFakeWhereItMay(string recipe, int passes)
    {
        using var scope = NewDisposeScope();
        var calls = 0;

        Training.TwentySteps.Train(recipe, new TrainerOptions(), float32, (_, discriminator) =>
        {
            var network = discriminator is DomainPair pair ? pair.A : discriminator;
            var first = network.modules().OfType<Module<Tensor, Tensor>>().First(
                module => module is TorchSharp.Modules.Conv2d or TorchSharp.Modules.Linear);
            first.register_forward_hook((_, _, output) =>
            {
                calls++;
                return output;
            });
        });

        Assert.Equal(20 * passes, calls);
    }

    [Samplewise]
    private sealed class Mine : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _body = Conv2d(3, 3, 3, padding: 1);

        internal Mine()
            : base(nameof(Mine)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _body.call(input) * 2;
    }

    private sealed class InPlaceHinge : IAdversarialLoss
    {
        public Tensor DiscriminatorLoss(Tensor realLogits, Tensor fakeLogits) =>
            realLogits.neg_().add_(1).relu_().mean() + fakeLogits.add_(1).relu_().mean();

        public Tensor GeneratorLoss(Tensor fakeLogits, Tensor? realLogits = null) => fakeLogits.neg_().mean();
    }

    private sealed class InPlaceL1 : IReconstructionLoss
    {
        public Tensor Loss(Tensor output, Tensor target) => output.sub_(target).abs().mean();
    }

    private sealed class Unmarked : Module<Tensor, Tensor>
    {
        internal Unmarked()
            : base(nameof(Unmarked))
        {
        }

        public override Tensor forward(Tensor input) => input - input.mean([0], keepdim: true);
    }
}
