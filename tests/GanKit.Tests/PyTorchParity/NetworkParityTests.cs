namespace GanKit.Tests.PyTorchParity;

/// <summary>The image-to-image and super-resolution networks compute what PyTorch's do; see Fixtures/networks.py.</summary>
public class NetworkParityTests
{
    public static TheoryData<string> Names { get; } = new(ReferenceNetworks.Cases.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Network_WithPyTorchsState_GivesItsOutputsGradientsAndBuffers(string name)
    {
        using var scope = NewDisposeScope();
        var recorded = Fixture.Load("networks");
        var (build, shape) = ReferenceNetworks.Cases[name];
        using var network = build().to(float64);
        ReferenceNetworks.Fill(network);
        var input = ReferenceNetworks.Pattern("input", shape).requires_grad_();

        foreach (var mode in new[] { "train", "eval" })
        {
            network.train(mode == "train");
            foreach (var dropout in network.modules().OfType<TorchSharp.Modules.Dropout>())
                dropout.eval();
            network.zero_grad();
            var output = network.call(input);
            output.backward([ReferenceNetworks.Pattern("probe", output.shape)]);

            Matches($"{mode}.output", Digest(output, samples: 32));
            Matches($"{mode}.grad.input", Digest(input.grad!, samples: 32));
            Matches(
                $"{mode}.grad.parameters",
                Digests(network.named_parameters().Select(p => (p.name, p.parameter.grad!))));
            input.grad!.zero_();
        }

        if (network.buffers().Any())
            Matches("after", Digests(network.named_buffers()));

        void Matches(string key, Tensor actual) => Close(recorded[$"{name}.{key}"], actual, noise: 1e-12);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Network_InSinglePrecision_GivesPyTorchsOutputsButForRounding(string name)
    {
        using var scope = NewDisposeScope();
        var recorded = Fixture.Load("networks");
        var (build, shape) = ReferenceNetworks.Cases[name];
        using var network = build();
        ReferenceNetworks.Fill(network);
        var input = ReferenceNetworks.Pattern("input", shape).to(float32);
        using var noGrad = no_grad();

        foreach (var mode in new[] { "train", "eval" })
        {
            network.train(mode == "train");
            foreach (var dropout in network.modules().OfType<TorchSharp.Modules.Dropout>())
                dropout.eval();
            var expected = recorded[$"{name}.{mode}.output"];
            TensorAssert.Close(
                expected, Digest(network.call(input), samples: 32), relative: 0, absolute: 1e-5 * Largest(expected));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void FreshNetwork_AfterPyTorchsSeed_HasPyTorchsWeights(string name)
    {
        using var scope = NewDisposeScope();

        manual_seed(7);
        using var network = ReferenceNetworks.Cases[name].Build();

        Close(Fixture.Load("networks")[$"{name}.fresh"],
            Digests(network.named_parameters().Select(p => (p.name, (Tensor)p.parameter))), noise: 0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_OnAnInputThatIsKept_LeavesItAlone(string name)
    {
        using var scope = NewDisposeScope();
        var (build, shape) = ReferenceNetworks.Cases[name];
        using var network = build();
        var input = randn(shape);
        var before = input.clone();

        network.call(input);

        TensorAssert.Equal(before, input);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_InALoop_LeavesOnlyItsResult(string name)
    {
        var (build, shape) = ReferenceNetworks.Cases[name];
        using var network = build();
        using var input = randn(shape);
        network.call(input).Dispose();
        var before = LiveTensors.OfThisThread;

        using var output = network.call(input);

        Assert.Equal(before + 1, LiveTensors.OfThisThread);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Network_InsideAnotherAndOutOfADisposeScope_KeepsOneKeyForEachTensor(string name)
    {
        nn.Module<Tensor, Tensor> network;
        using (NewDisposeScope())
        {
            network = ReferenceNetworks.Cases[name].Build();
        }

        var keys = network.state_dict().Keys.Select(key => "inner." + key).ToArray();
        using var outer = nn.Sequential(("inner", network));

        Assert.Equal(keys.Order(), outer.state_dict().Keys.Order());
        Assert.All(outer.state_dict().Values, tensor => Assert.False(tensor.IsInvalid));
    }

    // Row by row: each weight's gradient has a scale of its own. What cancels exactly (the bias before a normalisation)
    // is rounding noise, and says nothing.
    private static void Close(Tensor expected, Tensor actual, double noise)
    {
        Assert.Equal(expected.shape, actual.shape);
        var largest = Largest(expected);
        foreach (var (wanted, given) in expected.atleast_2d().unbind().Zip(actual.atleast_2d().unbind()))
            TensorAssert.Close(wanted, given, relative: 1e-5, absolute: 1e-6 * Largest(wanted) + noise * largest);
    }

    private static double Largest(Tensor tensor) => tensor.abs().max().item<float>();

    // As the fixture's script does.
    private static Tensor Digests(IEnumerable<(string Name, Tensor Value)> named) =>
        stack(named.OrderBy(entry => entry.Name, StringComparer.Ordinal).Select(entry => Digest(entry.Value)));

    private static Tensor Digest(Tensor tensor, long samples = 4)
    {
        var flat = tensor.detach().to(float64).flatten();
        var at = (arange(samples, dtype: int64) * (flat.numel() - 1)).div(samples - 1, RoundingMode.floor);
        var wave = arange(flat.numel(), dtype: float64).cos();
        return cat([flat[at], stack([flat.mean(), flat.abs().mean(), (flat * wave).mean()])]).to(float32);
    }
}
