using GanKit.Layers;

namespace GanKit.Tests.PyTorch;

public class NetworkRecognitionTests
{
    public static TheoryData<string> Descriptions => [.. RecognitionCases.ByDescription.Keys];

    [Theory]
    [MemberData(nameof(Descriptions))]
    public void Of_ANetworkOfTheLibrary_DescribesItAndBuildsItAgain(string description)
    {
        var layout = RecognitionCases.LayoutOf(RecognitionCases.ByDescription[description]);

        var network = Only(layout).Network;

        Assert.Equal(description, network?.Description);
        AssertEqual(layout, network!.Weights);
        AssertEqual(layout, RecognitionCases.LayoutOf(network.Build));
        Assert.Equal(network, Only(network.Weights).Network);
    }

    [Fact]
    public void Of_EveryNetworkThatIsComparedWithPyTorch_KnowsIt() =>
        Assert.All(RecognitionCases.Layouts(), layout =>
        {
            var network = Only(layout).Network;
            Assert.NotNull(network);
            AssertEqual(layout, network.Weights);
        });

    [Theory]
    [MemberData(nameof(Descriptions))]
    public void Of_ANetworkWithoutOneOfItsWeights_SaysSo(string description)
    {
        var layout = RecognitionCases.LayoutOf(RecognitionCases.ByDescription[description]);

        foreach (var missing in layout.Names.Where(name => !name.EndsWith("num_batches_tracked", StringComparison.Ordinal)))
        {
            var recognition = Only(Copy(layout, name => name == missing ? null : name));

            Assert.True(recognition.Network is null, $"Without {missing} it is {recognition}.");
            Assert.Contains("known", recognition.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Descriptions))]
    public void Of_ANetworkWithOneWeightOfAnotherSize_IsNotThatNetwork(string description)
    {
        var layout = RecognitionCases.LayoutOf(RecognitionCases.ByDescription[description]);

        foreach (var changed in layout.Names)
        {
            var other = Copy(layout, name => name);
            other.Add(changed, [.. layout[changed]!.Append(2)]);

            Assert.True(Only(other).Network is null, $"{changed} is of another size.");
        }
    }

    [Fact]
    public void Of_ANetworkWithOneWeightMissing_NamesTheNearestAndWhatIsMissing()
    {
        var layout = RecognitionCases.LayoutOf(() => new ResnetGenerator(width: 2, blocks: 3));

        var recognition = Only(Copy(layout, name => name == "model.4.bias" ? null : name));

        Assert.Equal(
            "an unknown network, most like junyanz ResnetGenerator, 3 blocks, instance norm, 3 to 3 channels, width 2, " +
            "but model.4.bias (4) is missing",
            recognition.ToString());
        Assert.Equal(["model.4.bias (4) is missing"], recognition.Differences);
    }

    [Theory]
    [InlineData("module.")]
    [InlineData("generator.")]
    [InlineData("_orig_mod.module.")]
    [InlineData("netG.")]
    public void Of_NamesWithAPrefix_SeesThroughItAndMapsThem(string prefix)
    {
        foreach (var (description, build) in RecognitionCases.ByDescription)
        {
            var layout = RecognitionCases.LayoutOf(build);
            var recognition = Only(Copy(layout, name => prefix + name));

            Assert.Equal(description, recognition.Network?.Description);
            Assert.Equal(prefix, recognition.Prefix);
            Assert.Equal($"{description}, under '{prefix}'", recognition.ToString());
            Assert.Equal(layout.Names, layout.Names.Select(name => recognition.KeyMap.Map(prefix + name)));
        }
    }

    [Fact]
    public void Of_SeveralNetworksInOneStateDict_FindsEach()
    {
        var all = new WeightLayout().Add("logger.offset", 3);
        Fill(all, "module.generator.", RecognitionCases.LayoutOf(() => new UnetGenerator(downs: 5, width: 2)));
        Fill(all, "module.discriminator.net.", RecognitionCases.LayoutOf(() => new PatchDiscriminator(6, width: 2)));

        var found = NetworkRecognition.Of(Copy(all, name => name), NetworkFamily.Known);

        Assert.Equal(["module.generator.", "module.discriminator.net."], found.Select(part => part.Prefix));
        Assert.Equal(
            [new UnetGeneratorFamily.Spec(3, 3, 5, 2, Norm.Batch), new PatchDiscriminatorFamily.Spec(6, 2, 3, Norm.Batch)],
            found.Select(part => part.Network));
        Assert.Null(found[0].KeyMap.Map("module.discriminator.net.model.0.weight"));
        Assert.Equal("model.model.0.weight", found[0].KeyMap.Map("module.generator.model.model.0.weight"));
    }

    [Fact]
    public void Of_OldInstanceNorms_TakesTheirStatisticsForNoBatchNorm()
    {
        var layout = RecognitionCases.LayoutOf(() => new ResnetGenerator(width: 2, blocks: 2));
        (string, long)[] norms = [("model.2", 2), ("model.5", 4), ("model.10.conv_block.2", 8), ("model.13", 4)];
        foreach (var (norm, channels) in norms)
        {
            layout.Add($"{norm}.running_mean", channels).Add($"{norm}.running_var", channels)
                .Add($"{norm}.num_batches_tracked");
        }


        var recognition = Only(layout);

        Assert.Equal("junyanz ResnetGenerator, 2 blocks, instance norm, 3 to 3 channels, width 2", recognition.ToString());
        Assert.Contains("it has 12 statistics of instance norms, which kept them", recognition.Notes[0],
            StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NoNorm_SaysThatInstanceNormsMayHaveLeftNoTrace()
    {
        Func<nn.Module<Tensor, Tensor>>[] networks =
        [
            () => new ResnetGenerator(width: 2, blocks: 1, norm: Norm.None),
            () => new UnetGenerator(downs: 5, width: 1, norm: Norm.None),
            () => new PatchDiscriminator(width: 2, norm: Norm.None),
            () => new PixelDiscriminator(width: 2, norm: Norm.None),
        ];

        Assert.All(networks, network => Assert.Contains(
            "no norm is assumed", Only(RecognitionCases.LayoutOf(network)).Notes[0], StringComparison.Ordinal));
        Assert.Empty(Only(RecognitionCases.LayoutOf(() => new PatchDiscriminator(width: 2))).Notes);
    }

    [Fact]
    public void Of_FilesFromBeforeBatchesWereCounted_StillKnowsBatchNorm()
    {
        var layout = RecognitionCases.LayoutOf(() => new DcganGenerator(width: 2));

        var old = Copy(layout, name => name.EndsWith("num_batches_tracked", StringComparison.Ordinal) ? null : name);

        Assert.IsType<DcganGeneratorFamily.Spec>(Only(old).Network);
    }

    [Fact]
    public void Of_TheNumbersOfTheFirstEsrgan_MapsThemToNames()
    {
        var spec = new RrdbGeneratorFamily.Spec(3, 3, Width: 4, Blocks: 2, Growth: 2, Scale: 4, RrdbFileNaming.All[2]);

        var recognition = Only(Copy(spec.Weights, name => name));

        Assert.Equal(spec, recognition.Network);
        Assert.Contains("model.1.sub.1.RDB3.conv5.0.weight", spec.Weights.Names);
        Assert.Contains("model.1.sub.2.bias", spec.Weights.Names);
        AssertEqual(RecognitionCases.LayoutOf(spec.Build), Copy(spec.Weights, recognition.KeyMap.Map));
        Assert.Equal("trunk_conv.weight", recognition.KeyMap.Map("model.1.sub.2.weight"));
        Assert.Equal("upconv2.bias", recognition.KeyMap.Map("model.6.bias"));
    }

    [Fact]
    public void Of_SomethingElse_IsUnknownWithoutAGuess()
    {
        var recognition = Only(new WeightLayout().Linear("encoder.fc", 10, 20).Add("fixed_noise", 64, 100, 1, 1));

        Assert.Null(recognition.Network);
        Assert.Null(recognition.Nearest);
        Assert.Equal("nothing known: encoder.fc.weight (10, 20), encoder.fc.bias (10), fixed_noise (64, 100, 1, 1)",
            recognition.ToString());
        Assert.Null(Only(new WeightLayout()).Network);
    }

    [Fact]
    public void Of_AFamilyOfOnesOwn_AsksItFirst()
    {
        var layout = new WeightLayout().Linear("module.inner.layer", 7, 5);

        var recognition = Assert.Single(NetworkRecognition.Of(layout, [new OwnFamily(), .. NetworkFamily.Known]));

        Assert.Equal(new OwnSpec(5, 7), recognition.Network);
        Assert.Equal("module.inner.", recognition.Prefix);
        Assert.Equal(["own, 5 to 7"], new[] { recognition.Network }.Select(network => network?.ToString()));
    }

    [Fact]
    public void Known_Families_HaveNamesOfTheirOwn() =>
        Assert.Equal(NetworkFamily.Known.Count, NetworkFamily.Known.Select(family => family.ToString()).Distinct().Count());

    private static NetworkRecognition Only(WeightLayout layout) =>
        Assert.Single(NetworkRecognition.Of(layout, NetworkFamily.Known));

    /// <summary>The same names and sizes, in any order.</summary>
    private static void AssertEqual(WeightLayout expected, WeightLayout actual) =>
        Assert.Equal(Lines(expected), Lines(actual));

    private static IEnumerable<string> Lines(WeightLayout layout) =>
        layout.Select(entry => $"{entry.Key} ({string.Join(", ", entry.Value)})").Order(StringComparer.Ordinal);

    private static WeightLayout Copy(WeightLayout layout, Func<string, string?> rename)
    {
        var copy = new WeightLayout();
        foreach (var (name, shape) in layout)
        {
            if (rename(name) is { } renamed)
                copy.Add(renamed, [.. shape]);
        }

        return copy;
    }

    private static void Fill(WeightLayout destination, string prefix, WeightLayout source)
    {
        foreach (var (name, shape) in source)
            destination.Add(prefix + name, [.. shape]);
    }

    private sealed class OwnFamily : NetworkFamily
    {
        public override string Name => "own";

        public override NetworkSpec? Propose(WeightLayout weights) =>
            weights["layer.weight"] is [var outFeatures, var inFeatures] ? new OwnSpec(inFeatures, outFeatures) : null;
    }

    private sealed record OwnSpec(long In, long Out) : NetworkSpec
    {
        public override string Description => $"own, {In} to {Out}";

        public override NetworkUse Use => NetworkUse.FromLatents(In, 1, 1);

        public override WeightLayout Weights => new WeightLayout().Linear("layer", Out, In);

        public override nn.Module<Tensor, Tensor> Build() => nn.Sequential(("layer", nn.Linear(In, Out)));
    }
}
