namespace GanKit.Tests.PyTorch;

/// <summary>The likely cause is named, and the cure that is offered works.</summary>
public sealed class MismatchHintTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("module.", "DataParallel")]
    [InlineData("netG.main_net.", "StripPrefix(\"netG.main_net.\")")]
    public void Names_WithAPrefix_GetTheirCure(string prefix, string expected)
    {
        using var network = new ResnetGenerator(width: 2, blocks: 1);
        var path = Write(network, key => prefix + key);

        var error = Assert.Throws<StateDictMismatchException>(() => network.LoadPyTorch(path));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        network.LoadPyTorch(path, new() { KeyMap = new KeyMap().StripPrefix(prefix) });
    }

    [Fact]
    public void Names_WithoutThePrefixThatTheNetworkHas_GetTheirCure()
    {
        using var inner = new ResnetGenerator(width: 2, blocks: 1);
        var path = Write(inner, key => key);
        using var outer = nn.Sequential(("net", inner));

        var error = Assert.Throws<StateDictMismatchException>(() => outer.LoadPyTorch(path));

        Assert.Contains("AddPrefix(\"net.\")", error.Message, StringComparison.Ordinal);
        outer.LoadPyTorch(path, new() { KeyMap = new KeyMap().AddPrefix("net.") });
    }

    [Fact]
    public void Sizes_OfAnotherWidth_AreSaidToBe() =>
        Hints(new ResnetGenerator(width: 4, blocks: 1), new ResnetGenerator(width: 2, blocks: 1), "another width");

    [Fact]
    public void Names_OfAnotherBlockCount_AreSaidToBe() =>
        Hints(new ResnetGenerator(width: 2, blocks: 9), new ResnetGenerator(width: 2, blocks: 6),
            "another number of blocks");

    [Fact]
    public void Names_OfAnotherNorm_AreSaidToBe()
    {
        Hints(nn.Sequential(nn.BatchNorm2d(3)), nn.Sequential(nn.BatchNorm2d(3, track_running_stats: false)),
            "the network has not");
        Hints(nn.Sequential(nn.BatchNorm2d(3, track_running_stats: false)), nn.Sequential(nn.BatchNorm2d(3)),
            "the file has not");
    }

    [Fact]
    public void Names_OfAnotherNetwork_GetNoWrongHint()
    {
        using var network = new DcganGenerator(imageSize: 16, width: 2);
        var path = Write(new SrganGenerator(width: 2), key => key);

        var error = Assert.Throws<StateDictMismatchException>(() => network.LoadPyTorch(path));

        Assert.DoesNotContain("Try", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("number of blocks", error.Message, StringComparison.Ordinal);
        Assert.Contains(" and ", error.Message, StringComparison.Ordinal); // long lists are cut
        Assert.EndsWith("The network is as it was.", error.Message, StringComparison.Ordinal);
    }

    private void Hints(nn.Module saved, nn.Module network, string expected)
    {
        using (saved)
        using (network)
        {
            var error = Assert.Throws<StateDictMismatchException>(() => network.LoadPyTorch(Write(saved, key => key)));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }
    }

    private string Write(nn.Module network, Func<string, string> name)
    {
        var path = _folder.File($"{Guid.NewGuid():N}");
        SafetensorsFile.Save(path, network.state_dict().ToDictionary(entry => name(entry.Key), entry => entry.Value));
        return path;
    }
}
