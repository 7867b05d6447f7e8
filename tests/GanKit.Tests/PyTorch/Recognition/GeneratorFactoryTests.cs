using GanKit.Layers;
using GanKit.Tests.PyTorchParity;

namespace GanKit.Tests.PyTorch;

public sealed class GeneratorFactoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.File("weights.pth");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FromCheckpoint_EveryGeneratorOfTheLibrary_ComesBackWithItsWeights()
    {
        foreach (var (description, build) in RecognitionCases.ByDescription)
        {
            using var scope = NewDisposeScope();
            using var network = build();
            ReferenceNetworks.Fill(network);
            PyTorchFile.Save(FilePath, network);
            var known = Assert.Single(NetworkRecognition.Of(WeightLayout.Of(network), NetworkFamily.Known));
            if (!known.Network!.Use.MakesImages)
            {
                Assert.Contains(description, Refusal().Message, StringComparison.Ordinal);
                continue;
            }

            using var built = GeneratorFactory.FromCheckpoint(FilePath, new(), out var recognition);

            Assert.Equal(description, recognition.ToString());
            Assert.Equal(network.GetType(), built.GetType());
            Assert.False(built.training);
            AssertSameWeights(network, built);
        }
    }

    [Fact]
    public void FromCheckpoint_TheOnlyGeneratorOfATrainingCheckpoint_IsFound()
    {
        using var generator = new UnetGenerator(downs: 5, width: 2);
        using var discriminator = new PatchDiscriminator(6, width: 2);
        using var noise = randn(4, 100, 1, 1);
        PyTorchFile.Save(FilePath,
            new PyTorchDict { ["fixed_noise"] = noise, ["netD"] = discriminator, ["netG"] = generator });

        using var built = GeneratorFactory.FromCheckpoint(FilePath);

        AssertSameWeights(generator, built);
        Assert.True(Assert.IsType<UnetGenerator>(built).Dropout);
    }

    [Theory]
    [InlineData("params", "params_ema")]
    [InlineData("g", "g_ema")]
    [InlineData("state_dict", "ema.state_dict")]
    public void FromCheckpoint_PlainAndAveragedWeights_TakesTheAveragedOnes(string plain, string averaged)
    {
        using var first = new RrdbGenerator(width: 2, blocks: 1, growth: 2);
        using var second = new RrdbGenerator(width: 2, blocks: 1, growth: 2);
        PyTorchFile.Save(FilePath, new PyTorchDict { [plain] = first, [averaged] = second });

        using var built = GeneratorFactory.FromCheckpoint(FilePath, new(), out var recognition);
        using var asked = GeneratorFactory.FromCheckpoint(FilePath, new() { Key = plain });

        Assert.Equal(averaged, recognition.Key);
        AssertSameWeights(second, built);
        AssertSameWeights(first, asked);
    }

    [Fact]
    public void FromCheckpoint_AveragedWeightsOfAnotherNetwork_AsksWhich()
    {
        using var first = new ResnetGenerator(width: 2, blocks: 1);
        using var second = new ResnetGenerator(width: 2, blocks: 2);
        PyTorchFile.Save(FilePath, new PyTorchDict { ["g"] = first, ["g_ema"] = second });

        Assert.Contains("several generators", Refusal().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromCheckpoint_SeveralGenerators_AsksWhich()
    {
        using var first = new ResnetGenerator(width: 2, blocks: 1);
        using var second = new ResnetGenerator(width: 2, blocks: 1);
        PyTorchFile.Save(FilePath, new PyTorchDict { ["netG_A"] = first, ["netG_B"] = second });

        var message = Refusal().Message;

        Assert.Contains("several generators", message, StringComparison.Ordinal);
        Assert.Contains("'netG_A', 16 tensors: junyanz ResnetGenerator, 1 block", message, StringComparison.Ordinal);
        Assert.Contains("'netG_B'", message, StringComparison.Ordinal);
        using var built = GeneratorFactory.FromCheckpoint(FilePath, new() { Key = "netG_B" });
        AssertSameWeights(second, built);
        Assert.Contains("'netG_C'", Refusal(new() { Key = "netG_C" }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromCheckpoint_NetworksSideBySideInOneStateDict_TakesTheGeneratorsPart()
    {
        using var generator = new SrganGenerator(2, width: 2, blocks: 1);
        using var discriminator = new SrganDiscriminator(width: 2);
        using var both = nn.Sequential(("generator", generator), ("discriminator", discriminator));
        PyTorchFile.Save(FilePath, new PyTorchDict { ["state_dict"] = both });

        using var built = GeneratorFactory.FromCheckpoint(FilePath, new(), out var recognition);
        using var asked = GeneratorFactory.FromCheckpoint(FilePath, new() { Key = "state_dict.generator" });

        AssertSameWeights(generator, built);
        AssertSameWeights(generator, asked);
    }

    [Fact]
    public void FromCheckpoint_EsrganUnderEveryNaming_BecomesTheNetwork()
    {
        foreach (var name in EsrganNames.All.Values)
        {
            using var scope = NewDisposeScope();
            using var network = new RrdbGenerator(width: 4, blocks: 2, growth: 2);
            var old = new PyTorchDict();
            foreach (var (own, weight) in network.state_dict())
                old[name(own, 2)] = weight;
            PyTorchFile.Save(FilePath, old);

            using var built = GeneratorFactory.FromCheckpoint(FilePath);

            Assert.IsType<RrdbGenerator>(built);
            AssertSameWeights(network, built);
        }
    }

    [Fact]
    public void FromCheckpoint_OldInstanceNorms_LeavesTheirStatisticsOut()
    {
        using var network = new ResnetGenerator(width: 2, blocks: 0);
        using var scope = NewDisposeScope();
        var old = new PyTorchDict();
        foreach (var (name, weight) in network.state_dict())
            old[name] = weight;
        old["model.2.running_mean"] = zeros(2);
        old["model.2.running_var"] = ones(2);
        PyTorchFile.Save(FilePath, old);

        using var built = GeneratorFactory.FromCheckpoint(FilePath, new(), out var recognition);

        Assert.Same(Norm.Instance, Assert.IsType<ResnetGenerator>(built).Norm);
        Assert.Contains("2 statistics of instance norms, as PyTorch before 0.4 saved them", recognition.Notes[0],
            StringComparison.Ordinal);
        AssertSameWeights(network, built);
    }

    [Fact]
    public void LoadWeights_BesideOtherTensorsInTheRoot_TakesTheNetwork()
    {
        using var network = new ResnetGenerator(width: 2, blocks: 1);
        using var noise = randn(4, 100, 1, 1);
        PyTorchFile.Save(FilePath, new PyTorchDict { ["fixed_noise"] = noise, ["netG"] = network });

        network.LoadWeights(FilePath, new(), out var report);

        Assert.Equal("netG", report.Key);
    }

    private static void AssertSameWeights(nn.Module expected, nn.Module actual)
    {
        var loaded = actual.state_dict();
        Assert.Equal(expected.state_dict().Count, loaded.Count);
        Assert.All(expected.state_dict(),
            entry => Assert.Equal(entry.Value.bytes.ToArray(), loaded[entry.Key].bytes.ToArray()));
    }

    private StateDictMismatchException Refusal(GeneratorOptions? options = null) =>
        Assert.Throws<StateDictMismatchException>(() => GeneratorFactory.FromCheckpoint(FilePath, options ?? new()));
}
