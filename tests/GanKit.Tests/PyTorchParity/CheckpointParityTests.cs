using GanKit.Layers;
using Xunit.Sdk;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorchParity;

/// <summary>
/// The networks compute with the weights of real checkpoints what PyTorch computed with them; see Files/make_networks.py.
/// </summary>
public sealed class CheckpointParityTests
{
    private static readonly string Folder =
        Path.Combine(Repository.Root, "tests", "GanKit.Tests", "PyTorchParity", "Files", "checkpoints");

    private static readonly Dictionary<string, (Func<Module<Tensor, Tensor>> Build, long[] Input)> Cases = new()
    {
        ["dcgan_generator"] = (() => new DcganGenerator(16, latentSize: 5, width: 2), [3, 5, 1, 1]),
        ["dcgan_discriminator"] = (() => new DcganDiscriminator(16, width: 2), [3, 3, 16, 16]),
        ["resnet_6_instance"] = (() => Resnet(6, Norm.Instance), [2, 3, 16, 12]),
        ["resnet_6_instance_dropout"] = (() => Resnet(6, Norm.Instance, dropout: true), [1, 3, 12, 16]),
        ["resnet_6_batch"] = (() => Resnet(6, Norm.Batch), [2, 3, 12, 8]),
        ["resnet_6_batch_dropout"] = (() => Resnet(6, Norm.Batch, dropout: true), [2, 3, 8, 12]),
        ["resnet_9_instance"] = (() => Resnet(9, Norm.Instance), [1, 3, 12, 16]),
        ["resnet_9_instance_dropout"] = (() => Resnet(9, Norm.Instance, dropout: true), [1, 3, 8, 12]),
        ["resnet_9_batch"] = (() => Resnet(9, Norm.Batch), [2, 3, 8, 12]),
        ["resnet_9_batch_dropout"] = (() => Resnet(9, Norm.Batch, dropout: true), [2, 3, 12, 8]),
        ["unet_7_batch"] = (() => new UnetGenerator(downs: 7, width: 1), [2, 3, 128, 128]),
        ["unet_8_batch_dropout"] = (() => new UnetGenerator(downs: 8, width: 1, dropout: true), [2, 3, 256, 256]),
        ["patch_3_batch"] = (() => new PatchDiscriminator(6, width: 1), [2, 6, 32, 48]),
        ["patch_3_instance"] = (() => new PatchDiscriminator(3, width: 1, norm: Norm.Instance), [1, 3, 48, 35]),
        ["pixel_batch"] = (() => new PixelDiscriminator(width: 2), [2, 3, 7, 5]),
        ["srgan_generator"] = (() => new SrganGenerator(4, width: 1), [2, 3, 5, 6]),
        ["srgan_discriminator"] = (() => new SrganDiscriminator(width: 1), [3, 3, 17, 24]),
        ["rrdb_original"] = (
            () => new RrdbGenerator(width: 2, blocks: 1, growth: 2), [1, 3, 4, 5]),
        ["rrdb_basicsr"] = (() => new RrdbGenerator(width: 2, blocks: 1, growth: 2), [2, 3, 5, 4]),
    };

    public static TheoryData<string> Files() =>
        [.. Directory.EnumerateFiles(Folder, "*.pth").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void LoadWeights_RealCheckpoint_MakesTheNetworkComputeWhatPyTorchDid(string file)
    {
        using var scope = NewDisposeScope();
        var name = file.Split('.')[0];
        var expected = Expected(name);
        var (build, shape) = Cases[name];
        using var network = build();

        if (file.Contains(".nested.", StringComparison.Ordinal)) // a DataParallel in a training checkpoint
            network.LoadWeights(Path.Combine(Folder, file), new() { KeyMap = new KeyMap().StripPrefix("module.") });
        else
            network.LoadWeights(Path.Combine(Folder, file));

        var input = ReferenceNetworks.Pattern(name, shape).to(float32);
        network.eval();
        var allowed = Truth.Allowed(expected["first.error"].item<float>(), float32);
        using (no_grad())
            NetworkDigest.Close(expected["first"], NetworkDigest.Of(network.call(input), samples: 128), 0, allowed);

        // The rest in float64, so that what is compared is the arithmetic's meaning and not its rounding.
        network.to(float64);
        input = input.to(float64).requires_grad_();
        Matches("first", NetworkDigest.Of(network.call(input), samples: 128));
        foreach (var mode in new[] { "train", "eval" })
        {
            SetMode(mode);
            network.zero_grad();
            var output = network.call(input);
            output.backward([ReferenceNetworks.Pattern("probe", output.shape)]);

            Matches($"{mode}.output", NetworkDigest.Of(output, samples: 32));
            Matches($"{mode}.grad.input", NetworkDigest.Of(input.grad!, samples: 32));
            Matches(
                $"{mode}.grad.parameters",
                NetworkDigest.Of(network.named_parameters().Select(p => (ReferenceNetworks.NameOf(p.name, name), p.parameter.grad!))));
            input.grad!.zero_();
        }

        if (network.buffers().Any())
            Matches("after", NetworkDigest.Of(network.named_buffers()));
        SetMode("train"); // with the running statistics some of these narrow networks are dead
        Truth.Change(network, Truth.Nudge);
        Assert.ThrowsAny<XunitException>(() => Matches("train.output", NetworkDigest.Of(network.call(input), samples: 32)));

        void SetMode(string mode)
        {
            network.train(mode == "train");
            foreach (var dropout in network.modules().OfType<DropoutLayer>())
                dropout.eval();
        }

        void Matches(string key, Tensor actual) => NetworkDigest.Close(expected[key], actual, noise: 1e-12);
    }

    [Fact]
    public void Files_OfEveryNetwork_AreThere() =>
        Assert.Equal(Cases.Keys.Order(), Files().Select(file => file.Data.Split('.')[0]).Distinct().Order());

    private static ResnetGenerator Resnet(int blocks, Norm norm, bool dropout = false) =>
        new(width: 1, blocks: blocks, norm: norm, dropout: dropout);

    private static Dictionary<string, Tensor> Expected(string name) => Fixture
        .LoadFile(Path.Combine(Folder, "expected.safetensors"))
        .Where(entry => entry.Key.StartsWith($"{name}.", StringComparison.Ordinal))
        .ToDictionary(entry => entry.Key[(name.Length + 1)..], entry => entry.Value);
}
