using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Inference;

public class InferenceModeTests
{
    public static TheoryData<string> Names { get; } = ["Own", "RunningStatistics", "BatchStatistics", "AsTrained",
        "Current"];

    [Theory]
    [MemberData(nameof(Names))]
    public void InferenceState_OfEveryMode_LeavesModesAndBuffersAsTheyWere(string name)
    {
        using var scope = NewDisposeScope();
        // Running statistics, power iterations, dropout, and one part that was frozen on purpose.
        using var network = Sequential(
            ("start", new SpectralNormConv2d(3, 4, 3, padding: 1)), ("norm", BatchNorm2d(4)), ("dropout", Dropout(0.5)),
            ("inner", Sequential(BatchNorm2d(4), Conv2d(4, 3, 1))));
        ((nn.Module)network).named_modules().Single(entry => entry.name == "inner.0").module.eval();
        var modes = ModesOf(network);
        var state = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());

        using (new InferenceState(network, null, Mode(name)))
        {
            network.call(randn(2, 3, 8, 8) * 3 + 1);
        }

        Assert.Equal(modes, ModesOf(network));
        foreach (var (key, value) in network.state_dict())
            TensorAssert.Equal(state[key], value);
    }

    [Fact]
    public void InferenceState_OfEachMode_SetsNormsAndDropout()
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
            using var applied = new InferenceState(network, null, mode);
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
        var options = new TranslateOptions { Mode = InferenceMode.BatchStatistics };
        TensorAssert.Close(twin.call(picture).detach(), network.Translate(picture, options), absolute: 1e-5);
    }

    [Fact]
    public void InferenceState_InALoop_LeavesNoTensors()
    {
        using var network = BatchNorm2d(4);
        new InferenceState(network, null, InferenceMode.AsTrained).Dispose();
        var before = LiveTensors.OfThisThread;

        new InferenceState(network, null, InferenceMode.AsTrained).Dispose();

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
        using var applied = new InferenceState(network, null, InferenceMode.Own);
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
