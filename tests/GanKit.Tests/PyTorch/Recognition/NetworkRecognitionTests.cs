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
        AssertEqual(layout, network!.Layout());
        AssertEqual(layout, RecognitionCases.LayoutOf(network.Build));
        Assert.Equal(network, Only(network.Layout()).Network);
    }

    [Fact]
    public void Of_EveryNetworkThatIsComparedWithPyTorch_KnowsIt() =>
        Assert.All(RecognitionCases.Layouts(), layout =>
        {
            var network = Only(layout).Network;
            Assert.NotNull(network);
            AssertEqual(layout, network.Layout());
        });

    [Theory]
    [MemberData(nameof(Descriptions))]
    public void Of_ANetworkWithoutOneOfItsWeights_SaysSo(string description)
    {
        var layout = RecognitionCases.LayoutOf(RecognitionCases.ByDescription[description]);

        foreach (var missing in layout.Names.Where(name => !name.EndsWith("num_batches_tracked", StringComparison.Ordinal)))
        {
            var recognition = Only(layout.Renamed(name => name == missing ? null : name));

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
            var other = With(layout, (changed, [.. layout[changed]!.Append(2)]));

            Assert.True(Only(other).Network is null, $"{changed} is of another size.");
        }
    }

    [Fact]
    public void Of_ANetworkWithOneWeightMissing_NamesTheNearestAndWhatIsMissing()
    {
        var layout = RecognitionCases.LayoutOf(() => new ResnetGenerator(width: 2, blocks: 3));

        var recognition = Only(layout.Renamed(name => name == "model.4.bias" ? null : name));

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
            var recognition = Only(layout.Renamed(name => prefix + name));

            Assert.Equal(description, recognition.Network?.Description);
            Assert.Equal(prefix, recognition.Prefix);
            Assert.Equal($"{description}, under '{prefix}'", recognition.ToString());
            Assert.Equal(layout.Names, layout.Names.Select(name => recognition.KeyMap.Map(prefix + name)));
        }
    }

    [Fact]
    public void Of_SeveralNetworksInOneStateDict_FindsEach()
    {
        var generator = RecognitionCases.LayoutOf(() => new UnetGenerator(downs: 5, width: 2));
        var discriminator = RecognitionCases.LayoutOf(() => new PatchDiscriminator(6, width: 2));
        var all = new WeightLayout(
        [
            ("logger.offset", [3]), .. generator.Select(entry => ($"module.generator.{entry.Key}", entry.Value)),
            .. discriminator.Select(entry => ($"module.discriminator.net.{entry.Key}", entry.Value)),
        ]);

        var found = NetworkRecognition.Of(all, NetworkFamily.Known);

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
            layout = With(layout, ($"{norm}.running_mean", [channels]), ($"{norm}.running_var", [channels]),
                ($"{norm}.num_batches_tracked", []));
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

        var old = layout.Renamed(name => name.EndsWith("num_batches_tracked", StringComparison.Ordinal) ? null : name);

        Assert.IsType<DcganGeneratorFamily.Spec>(Only(old).Network);
    }

    [Fact]
    public void Of_EsrganUnderEveryNaming_MapsItsNamesToTheNetworks()
    {
        foreach (var (description, name) in EsrganNames.All)
        {
            foreach (var (scale, blocks) in new[] { (4, 2), (2, 1), (1, 12) })
            {
                var layout = RecognitionCases.LayoutOf(() => new RrdbGenerator(width: 4, blocks: blocks, growth: 2, scale: scale));
                var file = layout.Renamed(own => "module." + name(own, blocks));

                var recognition = Only(file);

                Assert.Contains($"growth 2, {description}, under 'module.'", recognition.ToString(), StringComparison.Ordinal);
                AssertEqual(layout, recognition.Network!.Layout());
                Assert.Equal(layout.Names, file.Names.Select(recognition.KeyMap.Map));
            }
        }

        Assert.Equal("model.1.sub.1.RDB3.conv5.0.weight", EsrganNames.Numbered("body.1.rdb3.conv5.weight", 2));
        Assert.Equal(("model.1.sub.2.bias", "model.6.bias"), (EsrganNames.Numbered("conv_body.bias", 2), EsrganNames.Numbered("conv_up2.bias", 2)));
        Assert.Equal(("trunk_conv.weight", "upconv2.bias"), (EsrganNames.Original("conv_body.weight"), EsrganNames.Original("conv_up2.bias")));
    }

    [Fact]
    public void Of_SomethingElse_IsUnknownWithoutAGuess()
    {
        var recognition = Only(new WeightLayout(
            [("encoder.fc.weight", [10, 20]), ("encoder.fc.bias", [10]), ("fixed_noise", [64, 100, 1, 1])]));

        Assert.Null(recognition.Network);
        Assert.Null(recognition.Nearest);
        Assert.Equal("nothing known: encoder.fc.weight (10, 20), encoder.fc.bias (10), fixed_noise (64, 100, 1, 1)",
            recognition.ToString());
        Assert.Null(Only(new WeightLayout([])).Network);
    }

    [Fact]
    public void Of_AFamilyOfOnesOwn_AsksItFirst()
    {
        var layout = new WeightLayout([("module.inner.layer.weight", [7, 5]), ("module.inner.layer.bias", [7])]);

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

    private static WeightLayout With(WeightLayout layout, params (string, IReadOnlyList<long>)[] others) =>
        new([.. layout.Select(entry => (entry.Key, entry.Value)), .. others]);

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

        protected override nn.Module<Tensor, Tensor> Create(Device? device) =>
            nn.Sequential(("layer", nn.Linear(In, Out, device: device)));
    }
}
