namespace GanKit.Tests.PyTorch;

/// <summary>Which of a file's networks is taken, and what is offered where none is.</summary>
public sealed class StateDictChoiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ResnetGenerator _generator = new(width: 2, blocks: 1);
    private readonly PatchDiscriminator _discriminator = new(width: 2);

    private string FilePath => _folder.File("checkpoint.pth");

    public void Dispose()
    {
        _generator.Dispose();
        _discriminator.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("state_dict")]
    [InlineData(null)]
    public void Key_OfANetworkWithinAStateDict_TakesItsPart(string? outer)
    {
        using var both = nn.Sequential(("generator", _generator), ("discriminator", _discriminator));
        PyTorchFile.Save(FilePath, outer is null ? both : new PyTorchDict { [outer] = both });
        var key = outer is null ? "generator" : $"{outer}.generator";
        using var network = new ResnetGenerator(width: 2, blocks: 1);

        network.LoadWeights(FilePath, new() { Key = key }, out var report);

        Assert.Equal(key, report.Key);
        Assert.Empty(report.Renamed);
        Assert.All(_generator.state_dict(), entry => TensorAssert.Equal(entry.Value, network.state_dict()[entry.Key]));
    }

    [Theory]
    [InlineData("state_dict.gen")]
    [InlineData("generator")]
    [InlineData("")]
    public void Key_OfNothing_SaysWhatThereIs(string key)
    {
        using var both = nn.Sequential(("generator", _generator), ("discriminator", _discriminator));
        PyTorchFile.Save(FilePath, new PyTorchDict { ["state_dict"] = both });

        Assert.Contains($"no weights under '{key}'. There are: 'state_dict' (38 tensors).", Refusal(new() { Key = key }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Key_Empty_TakesTheRoot()
    {
        PyTorchFile.Save(FilePath, _generator);
        using var network = new ResnetGenerator(width: 2, blocks: 1);

        network.LoadWeights(FilePath, new() { Key = "" }, out var report);

        Assert.Equal(_generator.state_dict().Count, report.Loaded.Count);
    }

    [Fact]
    public void NoKey_WithAKeyMapThatMergesNamesOfAnotherNetwork_StillAsksWhich()
    {
        PyTorchFile.Save(FilePath, new PyTorchDict { ["netG"] = _generator, ["netD"] = _discriminator });
        var merge = new KeyMap().Replace(@"^model\.(8|11)\.(?!conv)", "model.x."); // of the discriminator's

        Assert.Contains("holds several networks", Refusal(new() { KeyMap = merge }), StringComparison.Ordinal);
    }

    [Fact]
    public void NoKey_WithAKeyMapThatMergesNames_OffersNoNetworkThatItSpoils()
    {
        var weights = new PyTorchDict();
        foreach (var (name, weight) in _generator.state_dict())
            weights[name] = weight;
        weights["model.1.bias.again"] = weights["model.1.bias"];
        PyTorchFile.Save(FilePath, new PyTorchDict { ["netG"] = weights, ["netD"] = _discriminator });

        var message = Refusal(new() { KeyMap = new KeyMap().Replace(@"\.again$", "") });

        Assert.Contains("holds several networks", message, StringComparison.Ordinal);
        Assert.DoesNotContain("fits", message, StringComparison.Ordinal);
    }

    private string Refusal(PyTorchLoadOptions options)
    {
        using var network = new ResnetGenerator(width: 2, blocks: 1);
        return Assert.Throws<StateDictMismatchException>(() => network.LoadWeights(FilePath, options)).Message;
    }
}
