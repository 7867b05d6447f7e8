using GanKit.Layers;

namespace GanKit.Tests.PyTorch;

/// <summary>Networks are built for their names and sizes alone: without memory, random numbers, or other threads' notice.</summary>
public class BlueprintTests
{
    private const long Huge = 1L << 40;

    [Fact]
    public void Layout_OfANetworkLargerThanAnyMemory_HasItsSizes()
    {
        var spec = new ResnetGeneratorFamily.Spec(3, 3, 1 << 20, 9, Norm.Batch, Dropout: false, ZeroPadding: false);

        var layout = spec.Layout();

        Assert.Equal([4L << 20, 4L << 20, 3, 3], layout["model.10.conv_block.1.weight"]);
        Assert.Equal([3L, 1L << 20, 7, 7], layout["model.26.weight"]);
    }

    [Fact]
    public void Layout_OfEveryNetwork_DrawsNoNumbersAndLeavesNoTensors()
    {
        var specs = RecognitionCases.ByDescription.Values.Select(build =>
            Assert.Single(NetworkRecognition.Of(RecognitionCases.LayoutOf(build), NetworkFamily.Known)).Network!).ToArray();
        using var before = torch.random.get_rng_state();
        var living = LiveTensors.OfThisThread;

        foreach (var spec in specs)
            spec.Layout();

        using var after = torch.random.get_rng_state();
        TensorAssert.Equal(before, after);
        Assert.Equal(living + 1, LiveTensors.OfThisThread);
    }

    [Fact]
    public async Task Layout_WhileAnotherThreadBuilds_LeavesItsNetworksOnTheCpu()
    {
        var token = TestContext.Current.CancellationToken;
        var spec = new DcganGeneratorFamily.Spec(16, 3, 8, 2);
        using var stop = new CancellationTokenSource();
        var others = Task.Run(() =>
        {
            var layouts = 0;
            for (; !stop.IsCancellationRequested; layouts++)
                spec.Layout();
            return layouts;
        }, token);
        for (var i = 0; i < 200; i++)
        {
            using var network = spec.Build();
            Assert.All(network.state_dict().Values, weight => Assert.Equal(DeviceType.CPU, weight.device_type));
        }

        await stop.CancelAsync();
        Assert.InRange(await others, 1, int.MaxValue);
    }

    /// <summary>A network of the library within a blueprint, which another is built in, is on the meta device like the rest.</summary>
    [Fact]
    public void Of_ABlueprintWithinABlueprint_GoesOnAfterIt()
    {
        var devices = Blueprint.Of(
            () => nn.Sequential(new PixelDiscriminator(width: 1), Inner(), new PixelDiscriminator(width: 1)),
            network => network.state_dict().Values.Select(weight => weight.device_type).Distinct().ToArray(), int.MaxValue);

        Assert.Equal([DeviceType.META], devices!);
        Assert.Null(Blueprint.NextDevice);

        static nn.Module<Tensor, Tensor> Inner()
        {
            Assert.NotNull(Blueprint.Of(() => new PixelDiscriminator(width: 1), network => network.GetName(), int.MaxValue));
            return new PixelDiscriminator(width: 1);
        }
    }

    public static TheoryData<string> Descriptions => [.. RecognitionCases.ByDescription.Keys];

    /// <summary>Sizes that no file can hold, in any of the weights: nothing is built of them, and nothing overflows.</summary>
    [Theory]
    [MemberData(nameof(Descriptions))]
    public void Of_AWeightOfAnImpossibleSize_IsNotThatNetwork(string description)
    {
        var layout = RecognitionCases.LayoutOf(RecognitionCases.ByDescription[description]);
        foreach (var changed in layout.Names.Where(name => layout[name]!.Count > 0))
        {
            foreach (var size in new[] { -1, 0, long.MaxValue })
            {
                foreach (var place in Enumerable.Range(0, layout[changed]!.Count))
                {
                    var other = new WeightLayout(layout.Select(entry => (entry.Key, entry.Key == changed
                        ? [.. entry.Value.Select((own, at) => at == place ? size : own)] : entry.Value)));

                    var recognition = Assert.Single(NetworkRecognition.Of(other, NetworkFamily.Known));

                    Assert.True(recognition.Network is null, $"{changed} with {size} is {recognition}.");
                }
            }
        }
    }

    [Fact]
    public void Of_AllWeightsOfHugeSizes_TakesNoMemory()
    {
        foreach (var (description, build) in RecognitionCases.ByDescription)
        {
            var layout = RecognitionCases.LayoutOf(build);
            var huge = new WeightLayout(layout.Select(entry =>
                (entry.Key, (IReadOnlyList<long>)[.. entry.Value.Select(size => size > 16 ? Huge : size * (1 << 16))])));

            Assert.True(Assert.Single(NetworkRecognition.Of(huge, NetworkFamily.Known)).Network is null, description);
        }
    }

    /// <summary>A few names may claim a network of any number of layers: it is built as far as the file could be half of it.</summary>
    [Fact]
    public void Of_AFamilyWhoseNetworkHasNoEnd_EndsWithTheFilesNames()
    {
        var family = new EndlessFamily();

        var recognition = Assert.Single(NetworkRecognition.Of(
            new WeightLayout([("0.weight", [1, 1]), ("0.bias", [1]), ("1.weight", [1, 1])]), [family]));

        Assert.Null(recognition.Network);
        Assert.Null(recognition.Nearest);
        Assert.Equal(2 * 3 + 2 * 2 + 2 * 1, family.Layers); // as a whole, and of its parts 0. and 1.
    }

    private sealed class EndlessFamily : NetworkFamily
    {
        internal int Layers { get; private set; }

        public override string Name => "endless";

        public override NetworkSpec? Propose(WeightLayout weights) => new Spec(this);

        private sealed record Spec(EndlessFamily Family) : NetworkSpec
        {
            public override string Description => "without end";

            public override NetworkUse Use => NetworkUse.FromLatents(1, 1, 1);

            protected override nn.Module<Tensor, Tensor> Create(Device? device)
            {
                for (var network = nn.Sequential(); ; Family.Layers++)
                    network.append(Layer.Linear(1, 1));
            }
        }
    }
}
