using System.IO.Compression;

namespace GanKit.Tests.PyTorch;

/// <summary>Files that turn out to be broken, or packed, when their weights are read.</summary>
public sealed class AllOrNoneTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LoadWeights_OfWhatCanNotBeRead_ChangesNothing()
    {
        const string Header =
            """
            {"weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},"bias":{"dtype":"U16","shape":[1],"data_offsets":[4,6]}}
            """;
        var network = nn.Linear(1, 1);
        var weight = network.weight!.detach().clone();
        var path = _folder.File("weights.safetensors");
        File.WriteAllBytes(path, SafetensorsBytes.Of(Header, 6));

        var error = Assert.Throws<CheckpointFormatException>(() => network.LoadWeights(path));

        Assert.Contains("'bias' can't be read", error.Message, StringComparison.Ordinal);
        TensorAssert.Equal(weight, network.weight!.detach());
    }

    [Fact]
    public void LoadWeights_OfASingleNumberInAPackedArchive_TakesItForOneWithoutDimensions()
    {
        var network = nn.Sequential(("norm", nn.BatchNorm1d(2)));
        var file = network.state_dict().ToDictionary();
        file["norm.num_batches_tracked"] = tensor(new[] { 7L });
        PyTorchFile.Save(_folder.File("stored.pth"), file);

        network.LoadWeights(Pack(_folder.File("stored.pth")));

        Assert.Equal(7, network.state_dict()["norm.num_batches_tracked"].item<long>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LoadWeights_OfAPackedArchive_LoadsAllOrNone(bool isBroken)
    {
        var (source, target) = (nn.Linear(40, 40), nn.Linear(40, 40));
        var (weight, bias) = (target.weight!.detach().clone(), target.bias!.detach().clone());
        source.SaveWeights(_folder.File("stored.pth"));
        var path = Pack(_folder.File("stored.pth"));
        if (isBroken)
        {
            var bytes = File.ReadAllBytes(path);
            var at = bytes.AsSpan().IndexOf("data/1"u8); // the bias, which is loaded after the weight
            bytes[at + "data/1".Length] = 0xff; // its first block is of a kind that does not exist
            File.WriteAllBytes(path, bytes);
            Assert.Throws<CheckpointFormatException>(() => target.LoadWeights(path));
        }
        else
        {
            target.LoadWeights(path);
            (weight, bias) = (source.weight!.detach(), source.bias!.detach());
        }

        TensorAssert.Equal(weight, target.weight!.detach());
        TensorAssert.Equal(bias, target.bias!.detach());
    }

    private static string Pack(string path)
    {
        using var stored = ZipFile.OpenRead(path);
        using var packed = ZipFile.Open(path + ".packed", ZipArchiveMode.Create);
        foreach (var entry in stored.Entries)
        {
            using var from = entry.Open();
            using var to = packed.CreateEntry(entry.FullName, CompressionLevel.Optimal).Open();
            from.CopyTo(to);
        }

        return path + ".packed";
    }
}
