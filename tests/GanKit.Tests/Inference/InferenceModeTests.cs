using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Inference;

public class InferenceModeTests
{
    public static TheoryData<string> Names { get; } = ["Own", "RunningStatistics", "BatchStatistics", "AsTrained",
        "Current"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_OfEveryMode_LeavesModesAndBuffersAsTheyWere(string name)
    {
        using var scope = NewDisposeScope();
        // Running statistics, power iterations, dropout, and one part that was frozen on purpose.
        using var network = Sequential(
            ("start", new SpectralNormConv2d(3, 4, 3, padding: 1)), ("norm", BatchNorm2d(4)), ("dropout", Dropout(0.5)),
            ("inner", Sequential(BatchNorm2d(4), Conv2d(4, 3, 1))));
        ((nn.Module)network).named_modules().Single(entry => entry.name == "inner.0").module.eval();
        var modes = ModesOf(network);
        var state = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());

        using (Mode(name).Apply(network))
        {
            network.call(randn(2, 3, 8, 8) * 3 + 1);
        }

        Assert.Equal(modes, ModesOf(network));
        foreach (var (key, value) in network.state_dict())
            TensorAssert.Equal(state[key], value);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_WhileABackwardPassWaits_LeavesItsGraphAlone(string name)
    {
        using var scope = NewDisposeScope();
        using var network = Sequential(new SpectralNormConv2d(3, 4, 3, padding: 1), BatchNorm2d(4), Conv2d(4, 3, 1));
        var input = randn(2, 3, 8, 8);
        network.eval(); // so that both passes are the same
        var factors = randn(2, 3, 8, 8);
        (network.call(input) * factors).sum().backward();
        var expected = network.parameters().Select(parameter => parameter.grad!.clone()).ToArray();
        network.zero_grad();
        var output = network.call(input);

        using (Mode(name).Apply(network))
        using (no_grad())
            network.call(randn(2, 3, 8, 8));
        (output * factors).sum().backward();

        Assert.All(expected.Zip(network.parameters()), pair => TensorAssert.Equal(pair.First, pair.Second.grad!));
    }

    [Fact]
    public void Apply_WithinLibtorchsInferenceMode_LetsTheNetworkRunOutsideOfIt()
    {
        using var scope = NewDisposeScope();
        using var network = BatchNorm2d(4);
        IDisposable applied;
        using (inference_mode())
            applied = InferenceMode.AsTrained.Apply(network);

        network.call(randn(2, 4, 3, 3) + 1);
        applied.Dispose();

        TensorAssert.Equal(zeros(4), network.running_mean!);
    }

    [Fact]
    public void Apply_OfTwoThatEndInTheOtherOrder_GivesBuffersBackAndKeepsNoTensors()
    {
        using var network = BatchNorm2d(4);
        var live = LiveTensors.OfThisThread;
        using (NewDisposeScope())
        {
            var outer = InferenceMode.AsTrained.Apply(network);
            network.call(randn(2, 4, 3, 3) + 1);
            using (InferenceMode.AsTrained.Apply(network))
            {
                network.call(randn(2, 4, 3, 3) + 1);
                outer.Dispose();
                TensorAssert.Equal(zeros(4), network.running_mean!);
            }

            network.call(randn(2, 4, 3, 3));
        }

        Assert.Equal(live, LiveTensors.OfThisThread);
    }

    [Fact]
    public void Apply_OfEachMode_SetsNormsAndDropout()
    {
        using var network = Sequential(("norm", BatchNorm2d(4)), ("dropout", Dropout(0.5)));

        Assert.Equal((false, false), Under(InferenceMode.RunningStatistics));
        Assert.Equal((true, false), Under(InferenceMode.BatchStatistics));
        Assert.Equal((true, true), Under(InferenceMode.AsTrained));
        Assert.Equal((true, true), Under(InferenceMode.Current));
        network.eval();
        Assert.Equal((true, true), Under(InferenceMode.AsTrained));
        Assert.Equal((false, false), Under(InferenceMode.Current));

        (bool Norm, bool Dropout) Under(InferenceMode mode)
        {
            using var applied = mode.Apply(network);
            var modules = network.named_modules().ToDictionary(entry => entry.name, entry => entry.module.training);
            return (modules["norm"], modules["dropout"]);
        }
    }

    [Fact]
    public void BatchStatistics_OfOnePicture_AreItsOwn()
    {
        using var scope = NewDisposeScope();
        using var network = new UnetGenerator(downs: 5, width: 2, dropout: true);
        using var twin = new UnetGenerator(downs: 5, width: 2, norm: new Norm(
            "Instance with scale", channels => InstanceNorm2d(channels, affine: true), removesChannelMean: true));
        foreach (var (key, value) in twin.state_dict())
        {
            using var noGrad = no_grad();
            value.copy_(network.state_dict()[key]);
        }

        var picture = randn(1, 3, 32, 32);
        using (InferenceMode.BatchStatistics.Apply(network))
        {
            TensorAssert.Close(twin.call(picture), network.call(picture), absolute: 1e-5);
        }
    }

    [Fact]
    public void Dispose_Twice_LeavesALaterModeAlone()
    {
        using var network = BatchNorm2d(4);
        var applied = InferenceMode.RunningStatistics.Apply(network);
        applied.Dispose();
        network.eval();

        applied.Dispose();

        Assert.False(network.training);
    }

    [Fact]
    public void Apply_InALoop_LeavesNoTensors()
    {
        using var network = BatchNorm2d(4);
        InferenceMode.AsTrained.Apply(network).Dispose();
        var before = LiveTensors.OfThisThread;

        InferenceMode.AsTrained.Apply(network).Dispose();

        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Fact]
    public void Default_OfEachGenerator_IsWhatItsAuthorsPublished()
    {
        using var unet = new UnetGenerator(downs: 5, width: 1);
        using var dry = new UnetGenerator(downs: 5, width: 1, norm: Norm.Instance);
        using var wet = new UnetGenerator(downs: 5, width: 1, norm: Norm.Instance, dropout: true);
        using var resnet = new ResnetGenerator(width: 1, blocks: 0);
        using var pix2PixResnet = new ResnetGenerator(width: 1, blocks: 0, norm: Norm.Batch);

        Assert.Same(InferenceMode.AsTrained, unet.InferenceMode);
        Assert.Same(InferenceMode.RunningStatistics, dry.InferenceMode);
        Assert.Same(InferenceMode.AsTrained, wet.InferenceMode);
        Assert.Same(InferenceMode.RunningStatistics, resnet.InferenceMode);
        Assert.Same(InferenceMode.AsTrained, pix2PixResnet.InferenceMode);
        Assert.Equal([.. Names.Select(row => row.Data)], Names.Select(row => Mode(row.Data).ToString()));
    }

    /// <summary>A network of parts, some of which know how they run.</summary>
    [Fact]
    public void Own_OfANetworkOfParts_EvaluatesAllThatKnowsOfNoOther()
    {
        using var pair = new CyclePair<UnetGenerator>(() => new UnetGenerator(downs: 5, width: 1));
        pair.BToA.InferenceMode = InferenceMode.RunningStatistics;
        using var network = Sequential(("mine", new Knowing(InferenceMode.AsTrained)), ("other", BatchNorm2d(1)));

        Assert.Equal((true, false), (Under(pair, pair.AToB), Under(pair, pair.BToA)));
        Assert.Equal((true, false), (Under(network, Part("mine._inner")), Under(network, Part("other"))));

        nn.Module Part(string name) => ((nn.Module)network).named_modules().Single(entry => entry.name == name).module;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Own_OfANetworkThatKeepsItsPresentMode_LeavesItIn(bool training)
    {
        using var network = new Knowing(InferenceMode.Current);
        network.train(training);

        Assert.Equal(training, Under(network, network));
        Assert.False(Under(new Knowing(InferenceMode.Own), null));
    }

    private static bool Under(nn.Module network, nn.Module? part)
    {
        using var applied = InferenceMode.Own.Apply(network);
        return (part ?? network).training;
    }

    private sealed class Knowing : Module<Tensor, Tensor>, IHasInferenceMode
    {
        private readonly Module<Tensor, Tensor> _inner = BatchNorm2d(1);

        public Knowing(InferenceMode mode) : base(nameof(Knowing))
        {
            InferenceMode = mode;
            RegisterComponents();
        }

        public InferenceMode InferenceMode { get; }

        public override Tensor forward(Tensor input) => _inner.call(input);
    }

    private static InferenceMode Mode(string name) => new[]
    {
        InferenceMode.Own, InferenceMode.RunningStatistics, InferenceMode.BatchStatistics, InferenceMode.AsTrained,
        InferenceMode.Current,
    }.Single(mode => mode.ToString() == name);

    private static Dictionary<string, bool> ModesOf(nn.Module network) =>
        network.named_modules().Append(("", network)).ToDictionary(entry => entry.Item1, entry => entry.Item2.training);
}
