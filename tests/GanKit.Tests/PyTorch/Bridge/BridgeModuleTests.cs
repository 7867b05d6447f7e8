using TorchSharp.PyBridge;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorch.Bridge;

/// <summary>TorchSharp.PyBridge 1.4.4, which brings Razorvine.Pickle 1.5.0: each reads the weights that the other writes.</summary>
public sealed class BridgeModuleTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, ScalarType> Files =>
        new MatrixTheoryData<string, ScalarType>(
            ["pth", "safetensors"],
            [ScalarType.Float16, ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float64]);

    public void Dispose()
    {
        _folder.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void LoadWeights_WhatBridgeWrote_IsTheSameBits(string format, ScalarType type)
    {
        var (written, read) = (Network(type), Network(type));
        BridgeSave(written, File(format));
        read.LoadWeights(File(format));
        AssertSameBits(written, read);
        Assert.All(read.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void SaveWeights_ReadByBridge_IsTheSameBits(string format, ScalarType type)
    {
        var (written, read) = (Network(type), Network(type));
        written.SaveWeights(File(format));
        BridgeLoad(read, File(format));
        AssertSameBits(written, read);
    }

    [Theory]
    [InlineData("pth")]
    [InlineData("safetensors")]
    public void LoadWeights_DcganWrittenByBridge_IsTheSameBits(string format)
    {
        using var written = new DcganGenerator(imageSize: 16, width: 4);
        using var read = new DcganGenerator(imageSize: 16, width: 4);
        BridgeSave(written, File(format));
        read.LoadWeights(File(format));
        AssertSameBits(written, read);
    }

    /// <summary>PyTorch's state dicts hold tensors without gradients; PyBridge copies that into the network, which then learns nothing.</summary>
    [Fact]
    public void SaveWeights_PthReadByBridge_FreezesTheNetworkThere()
    {
        using var network = Linear(3, 5);
        network.SaveWeights(File("pth"));
        network.load_py(File("pth"));
        Assert.All(network.parameters(), parameter => Assert.False(parameter.requires_grad));

        network.weight.requires_grad = true;
        network.LoadWeights(File("pth"));
        Assert.Equal([true, false], network.parameters().Select(parameter => parameter.requires_grad));
    }

    [Theory]
    [InlineData("pth")]
    [InlineData("safetensors")]
    public void LoadWeights_OtherShapes_AreRefusedWhereBridgeTakesThem(string format)
    {
        using var written = Linear(3, 1);
        using var read = Linear(3, 5);
        BridgeSave(written, File(format));
        var before = read.weight.clone();
        Assert.Throws<StateDictMismatchException>(() => read.LoadWeights(File(format)));
        TensorAssert.Equal(before, read.weight);

        BridgeLoad(read, File(format)); // .pth: the first row alone; safetensors: one row five times
        TensorAssert.Equal(written.weight[0], read.weight[0]);
        var rest = format == "pth" ? before[1] : written.weight[0];
        TensorAssert.Equal(rest, read.weight[1]);
    }

    [Theory]
    [InlineData("pth")]
    [InlineData("safetensors")]
    public void SaveWeights_ChannelsLast_IsReadByBridgeWhichCannotWriteIt(string format)
    {
        using var written = Conv2d(2, 4, 3, bias: false);
        using var read = Conv2d(2, 4, 3, bias: false);
        written.ToChannelsLast();
        Assert.Throws<InvalidOperationException>(() => BridgeSave(written, File(format)));
        written.SaveWeights(File("safetensors"));
        read.load_safetensors(File("safetensors"));
        AssertSameBits(written, read);
    }

    [Fact]
    public void LoadWeights_IntoChannelsLast_KeepsTheOrderThatBridgeLoses()
    {
        using var written = Conv2d(2, 4, 3, bias: false);
        using var read = Conv2d(2, 4, 3, bias: false);
        written.save_py(File("pth"));
        read.ToChannelsLast();
        read.load_py(File("pth"));
        Assert.False(written.weight.equal(read.weight).all().item<bool>());
        read.LoadWeights(File("pth"));
        AssertSameBits(written, read);
    }

    [Fact]
    public void LoadWeights_LegacyAndNested_AreReadWhereBridgeRefuses()
    {
        var legacy = Path.Combine(Repository.Root, "tests/GanKit.Tests/PyTorchParity/Files/checkpoints/dcgan_discriminator.1.13.legacy.pth");
        using (var file = PyTorchFile.Open(legacy))
            Assert.NotEmpty(file.StateDicts[0].Read());
        using var network = Linear(3, 5);
        Assert.Throws<NotImplementedException>(() => network.load_py(legacy));

        PyTorchFile.Save(File("pth"), new PyTorchDict { ["epoch"] = 3, ["netG"] = network });
        Assert.Throws<InvalidCastException>(() => network.load_py(File("pth")));
        network.LoadWeights(File("pth"));
    }

    private static Module<Tensor, Tensor> Network(ScalarType type)
    {
        var network = Sequential(Conv2d(2, 4, 3), BatchNorm2d(4), Linear(3, 5));
        network.to(type);
        return network;
    }

    private static void BridgeSave(Module network, string path) =>
        _ = path.EndsWith(".pth", StringComparison.Ordinal) ? network.save_py(path) : network.save_safetensors(path);

    private static void BridgeLoad(Module network, string path) =>
        _ = path.EndsWith(".pth", StringComparison.Ordinal) ? network.load_py(path) : network.load_safetensors(path);

    private static void AssertSameBits(Module expected, Module actual)
    {
        var given = actual.state_dict();
        Assert.Equal(expected.state_dict().Keys, given.Keys);
        foreach (var (name, tensor) in expected.state_dict())
            TensorAssert.Equal(tensor, given[name]);
    }

    private string File(string format) => _folder.File($"weights.{format}");
}
