using GanKit.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Inference;

/// <summary>Prepared networks of every family give what the networks themselves give, and leave them alone.</summary>
public class ForInferenceTests
{
    private static readonly Dictionary<string, (Func<nn.Module> Make, Func<Tensor[]> Inputs, int Unfolded)> Families = new()
    {
        ["mlp"] = (() => new MlpGenerator((1, 8, 8), latentSize: 6), () => [randn(5, 6)], 0),
        ["dcgan"] = (() => new DcganGenerator(16, width: 4, latentSize: 6), () => [randn(5, 6)], 0),
        ["dcgan discriminator"] = (() => new DcganDiscriminator(32, width: 4), () => [randn(5, 3, 32, 32)], 0),
        ["sn dcgan discriminator"] = (() => new SnDcganDiscriminator(width: 4), () => [randn(5, 3, 32, 32)], 0),
        // The first norm of each block and the last of all see sums.
        ["sngan"] = (() => new SnganGenerator(32, latentSize: 6, width: 8), () => [randn(5, 6)], 4),
        ["resnet instance"] = (() => new ResnetGenerator(width: 4, blocks: 2), () => [randn(3, 3, 16, 20)], 0),
        ["resnet batch"] = (
            () => new ResnetGenerator(width: 4, blocks: 2, norm: Norm.Batch, upsampling: Upsampling.ResizeConvolution)
            { InferenceMode = InferenceMode.RunningStatistics }, () => [randn(3, 3, 16, 20)], 0),
        ["resnet spectral"] = (
            () => new ResnetGenerator(
                width: 4, blocks: 2, norm: Norm.Batch, spectralNorm: true, paddingMode: PaddingModes.Zeros)
            { InferenceMode = InferenceMode.RunningStatistics }, () => [randn(3, 3, 16, 20)], 0),
        ["unet"] = (
            () => new UnetGenerator(downs: 3, width: 4) { InferenceMode = InferenceMode.RunningStatistics },
            () => [randn(3, 3, 16, 24)], 0),
        // As published: batch statistics, which nothing can hold.
        ["unet as trained"] = (() => new UnetGenerator(downs: 3, width: 4), () => [randn(3, 3, 16, 24)], 3),
        ["srgan"] = (() => new SrganGenerator(scale: 2, width: 4, blocks: 2), () => [rand(3, 3, 9, 7)], 0),
        ["rrdb"] = (() => new RrdbGenerator(width: 4, blocks: 1, growth: 2, scale: 2), () => [rand(3, 3, 8, 6)], 0),
        ["conditional dcgan"] = (
            () => new ConditionalDcganGenerator(Conditioning.Classes(3), 16, width: 4, latentSize: 6),
            () => [randn(5, 6), tensor(new long[] { 0, 2, 1, 1, 0 })], 0),
        ["conditional norm"] = (
            () => new ConditionalDcganGenerator(
                Conditioning.Attributes(3), 16, width: 4, latentSize: 6, conditionalNorm: true),
            () => [randn(5, 6), randn(5, 3)], 2), // whose scale depends on the condition
        // And the last norm sees a sum.
        ["conditional sngan"] = (
            () => new ConditionalSnganGenerator(Conditioning.Classes(3), latentSize: 6, width: 8),
            () => [randn(5, 6), tensor(new long[] { 0, 2, 1, 1, 0 })], 7),
        ["patch discriminator"] = (() => new PatchDiscriminator(width: 4), () => [randn(2, 3, 32, 32)], 0),
        ["pixel discriminator"] = (() => new PixelDiscriminator(width: 4), () => [randn(2, 3, 8, 8)], 0),
        ["multi-scale discriminator"] = (
            () => new MultiScaleDiscriminator(scales: 2, width: 4, layers: 1, norm: Norm.Batch),
            () => [randn(2, 3, 32, 32)], 0),
        ["srgan discriminator"] = (() => new SrganDiscriminator(width: 4), () => [randn(2, 3, 32, 32)], 0),
        ["sngan discriminator"] = (() => new SnganDiscriminator(width: 8), () => [randn(2, 3, 32, 32)], 0),
        ["critic without spectral norm"] = (
            () => new SnganDiscriminator(width: 8, spectralNorm: false), () => [randn(2, 3, 32, 32)], 0),
        ["mlp discriminator"] = (() => new MlpDiscriminator((1, 8, 8)), () => [randn(2, 1, 8, 8)], 0),
        ["conditional discriminator"] = (
            () => new ConditionalDcganDiscriminator(Conditioning.Classes(3), 32, width: 4, joinFeatures: true),
            () => [randn(3, 3, 32, 32), tensor(new long[] { 0, 2, 1 })], 0),
        // By a factory: what is between its layers is its owner's business.
        ["blocks"] = (
            () => Sequential(
                ReflectionPad2d(1), Conv2d(3, 8, 3, bias: false), Norm.Batch.Create(8), ReLU(), new SnganGeneratorBlock(8, 8),
                ConvTranspose2d(8, 8, 4, stride: 2, padding: 1), Norm.Batch.Create(8), new SnganDiscriminatorBlock(8, 8, downsample: true),
                new EqualizedConv2d(8, 4, 3), Norm.Pixel.Create(4)), () => [randn(3, 3, 8, 8)], 4),
    };

    // Maps that labels were joined to.
    private static readonly Dictionary<string, string[]> LaidOutOnTheWay = new()
    {
        ["conditional discriminator"] = ["main.8"],
    };

    public static TheoryData<string> Names => [.. Families.Keys];

    public static TheoryData<string, bool> NamesAndLayouts =>
        [.. Families.Keys.SelectMany(name => new[] { (name, false), (name, true) })];

    [Theory]
    [MemberData(nameof(NamesAndLayouts))]
    public void Call_InSinglePrecision_EqualsTheNetwork(string name, bool channelsLast) =>
        AssertEqual(name, ScalarType.Float32, new() { ChannelsLast = channelsLast }, 1e-5);

    [Theory]
    [MemberData(nameof(NamesAndLayouts))]
    public void Call_InDoublePrecision_EqualsTheNetworkTo12Digits(string name, bool channelsLast) =>
        AssertEqual(name, ScalarType.Float64, new() { ChannelsLast = channelsLast }, 1e-12);

    [Theory]
    [MemberData(nameof(Names))]
    public void Call_InBFloat16_IsCloseToTheNetworkInSinglePrecision(string name) =>
        AssertEqual(name, ScalarType.Float32, new() { Precision = Precision.BFloat16 }, 0.1);

    [Theory]
    [MemberData(nameof(Names))]
    public void ForInference_OfEveryNetwork_FoldsWhatCanBeFolded(string name)
    {
        using var scope = NewDisposeScope();
        using var network = Make(name, ScalarType.Float32);
        using var prepared = new Prepared(name, network, new());

        Assert.Equal(
            Families[name].Unfolded, prepared.Copy.modules().OfType<BatchNormalization>().Count(norm => !norm.IsFolded));
        Assert.DoesNotContain(network.modules().OfType<BatchNormalization>(), norm => norm.IsFolded);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Call_OnOrdinaryMaps_KeepsChannelsLastThroughout(string name)
    {
        using var scope = NewDisposeScope();
        using var network = Make(name, ScalarType.Float32);
        using var prepared = new Prepared(name, network, new());
        var permuted = new List<string>();
        foreach (var (layer, module) in prepared.Copy.named_modules().Where(
            entry => entry.module is Convolution or SpectralNormLayer))
        {
            ((Module<Tensor, Tensor>)module).register_forward_pre_hook((_, input) =>
            {
                if (input.dim() == 4 && input.size(1) > 1 && input.size(2) * input.size(3) > 1 && input.stride(1) != 1)
                    permuted.Add(layer);
                return input;
            });
        }

        prepared.Call(Families[name].Inputs());

        Assert.Equal(LaidOutOnTheWay.GetValueOrDefault(name, []), permuted);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Dispose_AfterCalls_LeavesTheNetworkAsItWas(string name)
    {
        using var scope = NewDisposeScope();
        using var network = Make(name, ScalarType.Float32);
        var inputs = Families[name].Inputs();
        var modules = network.modules().Select(module => (module, module.training)).ToArray();
        var parameters = network.parameters().ToArray();
        var state = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        network.eval();
        var before = Call(network, inputs);
        foreach (var (module, training) in modules)
            module.train(training);

        using (var prepared = new Prepared(name, network, new() { Precision = Precision.BFloat16 }))
        {
            prepared.Call(inputs);
            AssertUnchanged();
        }

        AssertUnchanged();
        network.eval();
        TensorAssert.Equal(before, Call(network, inputs));
        network.train();
        Call(network, inputs).mean().backward();
        Assert.Contains(network.parameters(), parameter => parameter.grad is not null);

        void AssertUnchanged()
        {
            Assert.Equal(modules, network.modules().Select(module => (module, module.training)));
            Assert.All(parameters.Zip(network.parameters()), pair => Assert.Same(pair.First, pair.Second));
            Assert.Equal(state.Keys.Order(), network.state_dict().Keys.Order());
            foreach (var (key, value) in network.state_dict())
                TensorAssert.Equal(state[key], value);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Call_Again_KeepsNoTensors(string name)
    {
        using var network = Make(name, ScalarType.Float32);
        using var scope = NewDisposeScope();
        var inputs = Families[name].Inputs();
        Tensor[] state;
        using (var prepared = new Prepared(name, network, new() { BatchSize = 2 }))
        {
            prepared.Call(inputs).Dispose();
            var before = LiveTensors.OfThisThread;
            prepared.Call(inputs).Dispose();
            Assert.Equal(before, LiveTensors.OfThisThread);
            state = [.. prepared.Copy.parameters(), .. prepared.Copy.buffers()];
            Assert.NotEmpty(state);
        }

        Assert.All(state, tensor => Assert.True(tensor.IsInvalid));
    }

    [Theory]
    [MemberData(nameof(NamesAndLayouts))]
    public void Call_AfterTheNetworkLearnsOnAndIsDisposed_GivesTheSame(string name, bool calledBefore)
    {
        using var scope = NewDisposeScope();
        var network = Make(name, ScalarType.Float32);
        var inputs = Families[name].Inputs();
        Tensor expected;
        using (new InferenceState(network, null, InferenceMode.Own))
        using (no_grad())
            expected = Call(network, inputs);
        var tolerance = 1e-5 * Largest(expected);
        using var prepared = new Prepared(name, network, new());
        using var other = new Prepared(name, network, new());
        if (calledBefore)
            prepared.Call(inputs);

        Learn(network, inputs);
        TensorAssert.Close(expected, prepared.Call(inputs), relative: 1e-5, absolute: tolerance);
        using (new InferenceState(network, null, InferenceMode.Own))
            Assert.True((Call(network, inputs) - expected).abs().max().item<float>() > 10 * tolerance);

        network.Dispose();
        TensorAssert.Close(expected, prepared.Call(inputs), relative: 1e-5, absolute: tolerance);
        TensorAssert.Close(expected, other.Call(inputs), relative: 1e-5, absolute: tolerance);
        Assert.Empty(network.parameters()); // it is as disposed as it was
        var before = LiveTensors.OfThisThread;
        prepared.Call(inputs).Dispose();
        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    private static void Learn(nn.Module network, Tensor[] inputs)
    {
        network.train();
        var output = Call(network, inputs);
        (output * randn_like(output)).sum().backward();
        using var noGrad = no_grad();
        foreach (var parameter in network.parameters().Where(parameter => parameter.grad is not null))
            parameter.sub_(parameter.grad!.sign() * 0.1);
    }

    private static void AssertEqual(string name, ScalarType dtype, InferenceOptions options, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var network = Make(name, dtype);
        Tensor[] inputs = [.. Families[name].Inputs().Select(input => input.is_floating_point() ? input.to(dtype) : input)];
        Tensor expected;
        using (new InferenceState(network, null, InferenceMode.Own))
        using (no_grad())
            expected = Call(network, inputs);

        using var prepared = new Prepared(name, network, options);
        for (var call = 0; call < 2; call++)
        {
            var actual = prepared.Call(inputs);

            Assert.True(actual.is_contiguous());
            TensorAssert.Close(expected, actual, relative: tolerance, absolute: tolerance * Largest(expected));
        }
    }

    internal static Tensor[] Inputs(string name) => Families[name].Inputs();

    private static double Largest(Tensor tensor) => tensor.to(ScalarType.Float64).abs().max().item<double>();

    private static Tensor Call(nn.Module network, Tensor[] inputs) => network is Module<Tensor, Tensor, Tensor> conditional
        ? conditional.call(inputs[0], inputs[1])
        : ((Module<Tensor, Tensor>)network).call(inputs[0]);

    /// <summary>A network whose norms have something to do.</summary>
    internal static nn.Module Make(string name, ScalarType dtype)
    {
        using var noGrad = no_grad();
        manual_seed(7);
        var network = Families[name].Make();
        foreach (var norm in network.modules().OfType<BatchNorm>())
        {
            norm.running_mean!.normal_(0, 0.3);
            norm.running_var!.uniform_(0.3, 2);
            norm.weight?.normal_(1, 0.3);
            norm.bias?.normal_(0, 0.3);
        }

        return network.to(dtype);
    }

    /// <summary>A prepared network of either kind.</summary>
    internal sealed class Prepared(string name, nn.Module network, InferenceOptions options) : IDisposable
    {
        private readonly nn.Module _fast = network switch
        {
            Module<Tensor, Tensor, Tensor> conditional => conditional.ForInference(options),
            IRebuildable => ((Module<Tensor, Tensor>)network).ForInference(options),
            _ => ((Module<Tensor, Tensor>)network).ForInference(
                () => (Module<Tensor, Tensor>)Families[name].Make(), options),
        };

        internal nn.Module Copy => (_fast as InferenceNetwork)?.Copy ?? ((ConditionalInferenceNetwork)_fast).Copy;

        public void Dispose() => _fast.Dispose();

        internal Tensor Call(Tensor[] inputs) => ForInferenceTests.Call(_fast, inputs);
    }
}
