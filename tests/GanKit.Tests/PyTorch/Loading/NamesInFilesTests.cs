namespace GanKit.Tests.PyTorch;

/// <summary>What is called otherwise in a file loads by itself where no doubt is left, and the report says what was done.</summary>
public sealed class NamesInFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string> Networks => ["resnet", "unet", "srgan", "rrdb", "dcgan", "users"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Names_WithPrefixesAndWrappers_LoadByThemselves(string kind)
    {
        foreach (var prefix in new[]
        {
            "module.", "_orig_mod.", "_orig_mod.module.", "netG.", "generator.", "model.G.", "net.main_net.", "module.generator.module.", "_fsdp_wrapped_module.",
        })
        {
            var saved = Build(kind);
            foreach (var nested in new[] { "", "state_dict", "models.0.netG" })
            {
                var report = Loads(kind, saved, Nest(nested, Named(saved, name => prefix + name)));

                Assert.Equal(saved.state_dict().Count, report.Loaded.Count);
                Assert.NotEmpty(report.Notes.Concat(report.Key.Length > 0 ? [report.Key] : []));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Names_WithWrappersWithin_LoadByThemselves(string kind)
    {
        var saved = Build(kind);
        foreach (var wrapper in new[] { "_orig_mod", "module", "_checkpoint_wrapped_module", "_orig_mod.module" })
        {
            var report = Loads(kind, saved, Named(saved, name => name.IndexOf('.') is var dot and > 0 ? $"{name[..dot]}.{wrapper}{name[dot..]}" : name));

            Assert.StartsWith($"'{wrapper.Replace(".", ".' and '", StringComparison.Ordinal)}.' was taken off", report.Notes[0], StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Networks_SideBySide_TheOneThatFitsIsTaken(string kind)
    {
        var saved = Build(kind);
        var other = new PatchDiscriminator(6, width: 2);
        foreach (var (g, d) in new[] { ("generator.", "discriminator."), ("net.gen.", "net.dis."), ("module.netG.", "module.netD."), ("G._orig_mod.", "D.") })
        {
            var both = Named(saved, name => g + name);
            foreach (var (name, weight) in other.state_dict())
                both[d + name] = weight;
            both["loss.vgg.0.weight"] = zeros(2, 2);

            var report = Loads(kind, saved, new PyTorchDict { ["state_dict"] = both, ["epoch"] = 1L });

            Assert.Contains("others left out", report.ToString(), StringComparison.Ordinal);
            Assert.Empty(Loads(kind, saved, new PyTorchDict { ["state_dict"] = both }, report.Key).Kept); // its key leads there again
        }
    }

    [Fact]
    public void Names_OfANetworkWithAPrefix_GetIt()
    {
        using var inner = new ResnetGenerator(width: 2, blocks: 1);
        PyTorchFile.Save(FilePath, inner);
        using var twin = new ResnetGenerator(width: 2, blocks: 1);
        using var outer = nn.Sequential(("net", twin));

        outer.LoadWeights(FilePath, new(), out var report);

        Assert.Contains("'net.' was put before all names", report.Notes);
        Same(inner, twin);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(2)]
    public void Esrgan_UnderAnyNaming_LoadsIntoTheNetwork(int scale)
    {
        using var network = new RrdbGenerator(width: 4, blocks: 2, growth: 2, scale: scale);
        foreach (var (description, name) in EsrganNames.All)
        {
            foreach (var prefix in new[] { "", "module.", "netG." })
            {
                using var saved = new RrdbGenerator(width: 4, blocks: 2, growth: 2, scale: scale);
                PyTorchFile.Save(FilePath, new PyTorchDict { ["params"] = Named(saved, own => prefix + name(own, 2)) });

                network.LoadWeights(FilePath, new(), out var report);

                Same(saved, network);
                Assert.Equal(report.Renamed.Count > 0, report.Notes.Count > 0);
                Assert.Equal(description != "BasicSR's names", report.Notes.Contains($"{description} were turned into the network's"));
            }
        }
    }

    [Fact]
    public void Networks_OfWhichTwoFit_AreAskedFor()
    {
        var saved = Build("resnet");
        var both = Named(saved, name => "netG_A." + name);
        foreach (var (name, weight) in Build("resnet").state_dict())
            both["netG_B." + name] = weight;
        PyTorchFile.Save(FilePath, both);

        using var network = Build("resnet");
        var error = Assert.Throws<StateDictMismatchException>(() => network.LoadWeights(FilePath));

        Assert.Contains("Key = \"netG_A\"", error.Message, StringComparison.Ordinal);
        network.LoadWeights(FilePath, new() { Key = "netG_A" });
        Same(saved, network);
    }

    [Fact]
    public void Names_WithWrappers_StillGoThroughAKeyMap()
    {
        using var network = nn.Sequential(("conv", nn.Linear(1, 1)), ("more", nn.Linear(1, 1)));
        PyTorchFile.Save(FilePath, Named(network, name => "module." + name.Replace("conv.", "c.", StringComparison.Ordinal)));

        network.LoadWeights(FilePath, new() { KeyMap = new KeyMap().Rename("c.", "conv.") }, out var report);

        Assert.Equal("conv.weight", report.Renamed["module.c.weight"]);
    }

    [Fact]
    public void Names_WithAPrefix_LoadWhatFitsWhereNotStrict()
    {
        using var saved = new DcganGenerator(16, latentSize: 4, width: 2);
        using var network = new DcganGenerator(16, latentSize: 4, width: 2);
        var file = Named(saved, name => "module.generator." + name);
        PyTorchFile.Save(FilePath, Drop(file, "main.0.weight"));

        network.LoadWeights(FilePath, new() { Strict = false }, out var report);

        Assert.Equal(["main.0.weight"], report.Kept.Keys);
        TensorAssert.Equal(saved.state_dict()["main.3.weight"], network.state_dict()["main.3.weight"]);
    }

    private string FilePath => _folder.File("checkpoint.pth");

    private LoadReport Loads(string kind, nn.Module saved, PyTorchDict file, string? key = null)
    {
        PyTorchFile.Save(FilePath, file);
        using var network = Build(kind);
        network.LoadWeights(FilePath, new() { Key = key }, out var report);
        Same(saved, network);
        if (kind != "users")
        {
            using var built = GeneratorFactory.FromCheckpoint(FilePath);
            Same(saved, built);
        }

        return report;
    }

    private static nn.Module<Tensor, Tensor> Build(string kind) => kind switch
    {
        "resnet" => new ResnetGenerator(width: 2, blocks: 2, norm: GanKit.Layers.Norm.Batch),
        "unet" => new UnetGenerator(downs: 5, width: 2),
        "srgan" => new SrganGenerator(2, width: 2, blocks: 1),
        "rrdb" => new RrdbGenerator(width: 2, blocks: 1, growth: 2),
        "dcgan" => new DcganGenerator(16, latentSize: 4, width: 2),
        _ => nn.Sequential(("stem", nn.Linear(3, 4)), ("norm", nn.BatchNorm1d(4)), ("head", nn.Linear(4, 2))),
    };

    private static PyTorchDict Named(nn.Module network, Func<string, string> name)
    {
        var weights = new PyTorchDict();
        foreach (var (own, weight) in network.state_dict())
            weights[name(own)] = weight;
        return weights;
    }

    private static PyTorchDict Nest(string path, PyTorchDict weights)
    {
        foreach (var part in path.Split('.', StringSplitOptions.RemoveEmptyEntries).Reverse())
            weights = new PyTorchDict { [part] = weights, ["epoch"] = 3L };
        return weights;
    }

    private static PyTorchDict Drop(PyTorchDict weights, string ending)
    {
        var rest = new PyTorchDict();
        foreach (var (name, weight) in weights.Where(entry => !((string)entry.Key).EndsWith(ending, StringComparison.Ordinal)))
            rest[(string)name] = weight;
        return rest;
    }

    private static void Same(nn.Module expected, nn.Module actual) =>
        Assert.All(expected.state_dict(), entry => TensorAssert.Equal(entry.Value, actual.state_dict()[entry.Key]));
}
