using GanKit.Layers;
using TorchSharp.Modules;
using static GanKit.Tests.Inference.InferenceFamilies;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Inference;

/// <summary>Prepared networks of every family give what the networks themselves give, and leave them alone.</summary>
public class ForInferenceTests
{
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

    private static double Largest(Tensor tensor) => tensor.to(ScalarType.Float64).abs().max().item<double>();
}
