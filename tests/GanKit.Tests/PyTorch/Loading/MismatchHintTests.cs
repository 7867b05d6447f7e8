namespace GanKit.Tests.PyTorch;

/// <summary>The likely cause is named, and the cure that is offered works.</summary>
public sealed class MismatchHintTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

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

        var error = Assert.Throws<StateDictMismatchException>(() => network.LoadWeights(path));

        Assert.DoesNotContain("Try", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("number of blocks", error.Message, StringComparison.Ordinal);
        Assert.Contains(" and ", error.Message, StringComparison.Ordinal); // long lists are cut
        Assert.EndsWith("The network is as it was.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KeyMap_ThatSpoilsNamesThatFit_IsSaidToBeTheCause()
    {
        using var network = new ResnetGenerator(width: 2, blocks: 1);
        var path = Write(network, key => key);
        var map = new KeyMap().Rename("model.1.", "first.");

        var error = Assert.Throws<StateDictMismatchException>(() => network.LoadWeights(path, new() { KeyMap = map }));

        Assert.Contains("Without the key map, it fits.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("number of blocks", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KeyMap_ThatStripsTooLittle_GetsARuleMore()
    {
        using var network = new ResnetGenerator(width: 2, blocks: 1);
        var path = Write(network, key => "net_g." + key);
        var map = new KeyMap().StripPrefix("net_g");

        var error = Assert.Throws<StateDictMismatchException>(() => network.LoadWeights(path, new() { KeyMap = map }));

        Assert.Contains("Try .StripPrefix(\".\") at the end of the key map.", error.Message, StringComparison.Ordinal);
        network.LoadWeights(path, new() { KeyMap = map.StripPrefix(".") });
    }

    [Fact]
    public void File_ThatIsOneOfSeveral_IsSaidToBe()
    {
        using var network = new ResnetGenerator(width: 2, blocks: 1);
        var path = _folder.File("model-00001-of-00002.safetensors");
        SafetensorsFile.Save(path, network.state_dict().Take(4).ToDictionary());

        var error = Assert.Throws<StateDictMismatchException>(() => network.LoadWeights(path));

        Assert.Contains("one of several", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("number of blocks", error.Message, StringComparison.Ordinal);
        using var wide = new ResnetGenerator(width: 4, blocks: 1);
        SafetensorsFile.Save(path, wide.state_dict());
        error = Assert.Throws<StateDictMismatchException>(() => network.LoadWeights(path));
        Assert.DoesNotContain("one of several", error.Message, StringComparison.Ordinal); // it has all names
    }

    [Fact]
    public void Generator_OfAnotherKind_IsOfferedToBeBuilt()
    {
        const string Offer = "GeneratorFactory.FromCheckpoint builds";
        Hints(new ResnetGenerator(width: 2, blocks: 1), new ResnetGenerator(width: 2, blocks: 2), Offer);
        using var same = new ResnetGenerator(width: 2, blocks: 1);
        using var discriminator = new PatchDiscriminator(3, width: 2);

        var judge = Assert.Throws<StateDictMismatchException>(() => same.LoadWeights(Write(discriminator, key => key)));

        Assert.DoesNotContain(Offer, judge.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Networks_OfWhichSeveralFit_AreAllNamed()
    {
        using var network = nn.Linear(3, 2);
        using var average = nn.Linear(3, 2);
        using var other = nn.Linear(4, 2);
        var path = _folder.File("several.pth");
        PyTorchFile.Save(path, new PyTorchDict { ["first"] = network, ["d"] = other, ["second"] = average });

        var error = Assert.Throws<StateDictMismatchException>(() => network.LoadWeights(path));

        Assert.Contains(
            "This Linear fits 'first' (2 tensors), 'second' (2 tensors); choose", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_WhereWeightsAreInTheRoot_IsToBeLeftOut()
    {
        using var network = nn.Linear(3, 2);
        var path = Write(network, key => key);

        var error = Assert.Throws<StateDictMismatchException>(() => network.LoadWeights(path, new() { Key = "netG" }));

        Assert.Contains("All its 2 tensors are in its root: leave the key out.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_WithoutWeights_IsSaidToHoldWhatItHolds()
    {
        using var network = nn.Linear(3, 2);
        var path = _folder.File("epoch.pth");
        PyTorchFile.Save(path, new PyTorchDict { ["epoch"] = 3L, ["loss"] = 0.5 });

        var error = Assert.Throws<StateDictMismatchException>(() => network.LoadWeights(path));

        Assert.EndsWith("but this: dictionary, 2 entries: 'epoch', 'loss'.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_WithNothingInCommon_IsRefusedEvenIfNotStrict()
    {
        using var network = nn.Linear(3, 2);
        var path = Write(network, key => key == "weight" ? "kernel" : "offset");

        Assert.Throws<StateDictMismatchException>(() => network.LoadWeights(path, new() { Strict = false }));
    }

    /// <summary>A single layer may be part of anything; that one of a network fits is offered and not taken.</summary>
    [Fact]
    public void Layer_ThatFitsALayerOfANetwork_IsOffered()
    {
        using var layer = nn.Linear(3, 2);
        using var network = nn.Sequential(("body", nn.Linear(3, 3)), ("head", nn.Linear(3, 2)));
        var path = Write(network, key => key);

        var error = Assert.Throws<StateDictMismatchException>(() => layer.LoadWeights(path));

        Assert.Contains("Try new() { Key = \"head\" }.", error.Message, StringComparison.Ordinal);
        layer.LoadWeights(path, new() { Key = "head" });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Weights_ThatAreAllLeftOut_AreNoMismatch(bool byKeyMap)
    {
        using var network = nn.Linear(3, 2);
        var path = Write(network, key => key);
        var options = byKeyMap
            ? new PyTorchLoadOptions { Strict = false, KeyMap = new KeyMap().Drop(_ => true) }
            : new PyTorchLoadOptions { Strict = false, Ignore = _ => true };

        network.LoadWeights(path, options, out var report);

        Assert.Empty(report.Loaded);
    }

    private void Hints(nn.Module saved, nn.Module network, string expected)
    {
        using (saved)
        using (network)
        {
            var error = Assert.Throws<StateDictMismatchException>(() => network.LoadWeights(Write(saved, key => key)));
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
