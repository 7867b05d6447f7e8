using GanKit.Layers;
using static GanKit.Tests.Inference.OnThreads;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Inference;

/// <summary>Networks are used from many threads at once, and give what they give one after the other.</summary>
public class InferenceThreadsTests
{
    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>>> Translators = new()
    {
        ["unet"] = () => new UnetGenerator(downs: 3, width: 2),
        ["unet spectral"] = () => new UnetGenerator(downs: 3, width: 2, norm: Norm.Instance, spectralNorm: true),
        ["resnet batch"] = () => new ResnetGenerator(width: 2, blocks: 1, norm: Norm.Batch),
        ["resnet instance"] = () => new ResnetGenerator(width: 2, blocks: 1),
        ["resnet with a norm of the user's"] = () => new ResnetGenerator(
            width: 2, blocks: 1, norm: new Norm("Quick", channels => BatchNorm2d(channels, momentum: 0.5), removesChannelMean: true)),
        ["srgan"] = () => new SrganGenerator(scale: 2, width: 2, blocks: 1),
        ["rrdb"] = () => new RrdbGenerator(width: 2, blocks: 1, growth: 2, scale: 2),
    };

    public static TheoryData<string, string, bool> Cases { get; } = new MatrixTheoryData<string, string, bool>(
        [.. Translators.Keys], ["Own", "RunningStatistics", "BatchStatistics", "AsTrained"], [false, true]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Translate_OnManyThreads_EqualsOneAndChangesNothing(string name, string mode, bool training) =>
        Translate(name, mode, training, calls: 5);

    [Theory(Explicit = true)]
    [MemberData(nameof(Cases))]
    public void Translate_OnManyThreadsFor500Calls_EqualsOneAndChangesNothing(string name, string mode, bool training) =>
        Translate(name, mode, training, calls: 500);

    public static TheoryData<string, string> Prepared { get; } = new MatrixTheoryData<string, string>(
        [.. ForInferenceTests.Names.Select(row => row.Data)], ["Own", "BatchStatistics", "AsTrained"]);

    [Theory]
    [MemberData(nameof(Prepared))]
    public void Call_OnManyThreads_EqualsOne(string name, string mode) => Call(name, mode, calls: 5);

    [Theory(Explicit = true)]
    [MemberData(nameof(Prepared))]
    public void Call_OnManyThreadsFor500Calls_EqualsOne(string name, string mode) => Call(name, mode, calls: 500);

    /// <summary>Every option of a prepared network, on many threads.</summary>
    [Theory]
    [InlineData("BatchStatistics", false, null)]
    [InlineData("AsTrained", false, 2L)]
    [InlineData("RunningStatistics", true, null)]
    [InlineData("RunningStatistics", false, 1L)]
    public void Translate_OfAPreparedNetworkOnManyThreads_EqualsOne(string mode, bool lowPrecision, long? batchSize)
    {
        using var scope = NewDisposeScope();
        using var generator = new UnetGenerator(downs: 3, width: 2);
        using var fast = generator.ForInference(new()
        {
            Mode = Mode(mode),
            Precision = lowPrecision ? Precision.BFloat16 : Precision.Float32,
            BatchSize = batchSize,
        });
        var options = new TranslateOptions { Fit = PictureFit.Tiles(size: 16, overlap: 8) };
        var picture = rand(2, 3, 21, 30);
        var expected = fast.Translate(picture, options);

        RunEach(_ =>
        {
            using var given = fast.Translate(picture, options);
            RequireEqual(expected, given);
        }, calls: 5);
    }

    private static InferenceMode Mode(string name) =>
        (InferenceMode)typeof(InferenceMode).GetProperty(name)!.GetValue(null)!;

    private static void Translate(string name, string mode, bool training, int calls)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var generator = Translators[name]();
        generator.train(training);
        var state = generator.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        var modes = generator.modules().Select(module => module.training).ToArray();
        var options = new TranslateOptions
        {
            Mode = Mode(mode),
        };
        var pictures = Enumerable.Range(0, Threads).Select(_ => rand(3, 16, 16)).ToArray();
        var expected = pictures.Select(picture => generator.Translate(picture, options)).ToArray();

        RunEach(index =>
        {
            using var given = generator.Translate(pictures[index], options);
            RequireEqual(expected[index], given);
        }, calls);

        Assert.Equal(modes, generator.modules().Select(module => module.training));
        foreach (var (key, value) in generator.state_dict())
            TensorAssert.Equal(state[key], value);
    }

    private static void Call(string name, string mode, int calls)
    {
        using var scope = NewDisposeScope();
        using var network = InferenceFamilies.Make(name, ScalarType.Float32);
        using var prepared = new InferenceFamilies.Prepared(name, network, new() { Mode = Mode(mode) });
        var inputs = InferenceFamilies.Inputs(name);
        var expected = prepared.Call(inputs);

        RunEach(_ =>
        {
            using var given = prepared.Call(inputs);
            RequireEqual(expected, given);
        }, calls);
    }
}
