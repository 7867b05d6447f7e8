using GanKit.Layers;
using Xunit.Sdk;

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
        var input = ReferenceNetworks.Pattern("input", shape).requires_grad_();

        Compare(nudge: 0);
        Assert.ThrowsAny<XunitException>(() => Compare(Truth.Nudge));

        ReferenceNetworks.Fill(network.to(float32), name);
        var allowed = Truth.Allowed(recorded[$"{name}.error"].item<double>(), float32);
        using var noGrad = no_grad();
        foreach (var mode in new[] { "train", "eval" })
        {
            SetMode(network, mode);
            NetworkDigest.Close(
                recorded[$"{name}.{mode}.output"], NetworkDigest.Of(network.call(input.to(float32)), 32), noise: 0, allowed);
        }

        void Compare(double nudge)
        {
            ReferenceNetworks.Fill(network, name);
            Truth.Change(network, nudge);
            foreach (var mode in new[] { "train", "eval" })
            {
                SetMode(network, mode);
                network.zero_grad();
                input.grad?.zero_();
                var output = network.call(input);
                output.backward([ReferenceNetworks.Pattern("probe", output.shape)]);

                Matches($"{mode}.output", NetworkDigest.Of(output, samples: 32));
                Matches($"{mode}.grad.input", NetworkDigest.Of(input.grad!, samples: 32));
                Matches(
                    $"{mode}.grad.parameters",
                    NetworkDigest.Of(network.named_parameters().Select(p => (ReferenceNetworks.NameOf(p.name, name), p.parameter.grad!))));
            }

            if (network.buffers().Any())
                Matches("after", NetworkDigest.Of(network.named_buffers()));
        }

        void Matches(string key, Tensor actual) => NetworkDigest.Close(recorded[$"{name}.{key}"], actual, noise: 1e-12);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void FreshNetwork_AfterPyTorchsSeed_HasPyTorchsWeights(string name)
    {
        using var scope = NewDisposeScope();

        manual_seed(7);
        using var network = ReferenceNetworks.Cases[name].Build();

        NetworkDigest.Close(Fixture.Load("networks")[$"{name}.fresh"],
            NetworkDigest.Of(network.named_parameters().Select(p => (ReferenceNetworks.NameOf(p.name, name), (Tensor)p.parameter))), noise: 0,
            Truth.Draws);
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

    // Dropout is off in both: its random numbers differ between versions.
    private static void SetMode(nn.Module network, string mode)
    {
        network.train(mode == "train");
        foreach (var dropout in network.modules().OfType<DropoutLayer>())
            dropout.eval();
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
}
