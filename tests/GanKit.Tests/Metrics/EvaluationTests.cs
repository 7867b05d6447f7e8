namespace GanKit.Tests.Metrics;

public sealed class EvaluationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Cache => Path.Combine(_folder.Path, "real.safetensors");

    [Fact]
    public void Measure_TheRealImages_AreAtDistanceZeroAndOnThemselves()
    {
        using var extractor = new Flat();
        var data = Data(20);
        using var evaluation = Evaluation.Against(
            data, extractor, [new FrechetDistance(), new PrecisionRecall(), new KernelDistance(), new InceptionScore { Splits = 4 }]);
        using var images = Images(20);

        var results = evaluation.Measure(images, seed: 3);

        Assert.Equal(["frechet", "precision", "recall", "kernel", "inception score"], results.Select(result => result.Name));
        Assert.Equal(0, results[0].Value, 1e-10);
        Assert.Equal(1, results[1].Value);
        Assert.Equal(1, results[2].Value);
        Assert.All(results, result => Assert.True(result.Interval!.Contains(result.Value), result.ToString()));
        var protocol = results[0].Protocol;
        Assert.Equal(("flat", "sha256:flat", "1 x 4 x 4", 20L, 20L, 3L),
            (protocol.Extractor, protocol.ExtractorHash, protocol.ImageSize, protocol.Samples, protocol.ReferenceSamples, protocol.Seed));
        Assert.StartsWith("sha256:", protocol.ReferenceHash, StringComparison.Ordinal);
    }

    [Fact]
    public void Against_ACachedFile_GivesTheSameNumbersWithoutReading()
    {
        using var extractor = new Flat();
        using var images = Images(30)[10..];
        IFeatureMetric[] metrics = [new FrechetDistance(MetricDialect.TorchFidelity), new PrecisionRecall(), new InceptionScore()];
        using var first = Evaluation.Against(Data(20), extractor, metrics, Cache);
        var calls = extractor.Calls;

        using var second = Evaluation.Against(Data(20), extractor, metrics, Cache);

        Assert.Equal(calls, extractor.Calls);
        Assert.Equal(first.Measure(images).Select(result => result.ToString()), second.Measure(images).Select(result => result.ToString()));
    }

    public static TheoryData<string, string> Differences => new()
    {
        { "data", "their data is sha256:" },
        { "label", "their data is sha256:" },
        { "count", "their data is sha256:" },
        { "size", "their data is sha256:" },
        { "dialect", "their dialect is exact, and pytorch-fid is asked for" },
        { "extractor", "their extractor is flat, and round is asked for" },
        { "hash", "their extractor hash is sha256:flat, and unknown is asked for" },
        { "resizer", "their resizer is none, and bicubic is asked for" },
        { "keep", "keeps 0 features and no logits, and 20 are asked for" },
    };

    [Theory, MemberData(nameof(Differences))]
    public void Against_AFileOfAnotherProtocol_NamesTheDifference(string part, string message)
    {
        using var extractor = new Flat();
        IFeatureMetric[] moments = [new MeanDistance()];
        Evaluation.Against(Data(20), extractor, moments, Cache).Dispose();
        using var other = part switch
        {
            "extractor" => new Flat { Name = "round" },
            "hash" => new Flat { Hash = null },
            "resizer" => new Flat { Resizer = "bicubic" },
            _ => new Flat(),
        };
        var data = part switch { "data" => Data(20, change: 0.5), "label" => Data(20, label: 1), "count" => Data(21), "size" => Data(20).CenterCrop(2), _ => Data(20) };
        var metrics = part switch
        {
            "dialect" => new IFeatureMetric[] { new MeanDistance { Dialect = MetricDialect.PyTorchFid } },
            "keep" => [new PrecisionRecall()],
            _ => moments,
        };
        if (part == "size")
            other.FeatureSize = 4;

        var error = Assert.Throws<InvalidDataException>(() => Evaluation.Against(data, other, metrics, Cache));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("Delete the file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Against_AFileOfSomethingElse_SaysSo()
    {
        using var extractor = new Flat();
        using var weights = ones(3);
        SafetensorsFile.Save(Cache, new Dictionary<string, Tensor> { ["mean"] = weights });

        Assert.Contains("no statistics of features",
            Assert.Throws<InvalidDataException>(() => Evaluation.Against(Data(20), extractor, [new FrechetDistance()], Cache)).Message,
            StringComparison.Ordinal);
        File.WriteAllText(Cache, "text");
        Assert.Throws<CheckpointFormatException>(() => Evaluation.Against(Data(20), extractor, [new FrechetDistance()], Cache));
    }

    [Fact]
    public void Measure_WhatDoesNotFit_SaysWhatIsAllowed()
    {
        using var scope = NewDisposeScope();
        using var extractor = new Flat();
        using var evaluation = Evaluation.Against(Data(20), extractor, [new FrechetDistance()]);

        Assert.Contains("The real images are of 1 x 4 x 4 and the generated ones have shape (2, 1, 8, 8)",
            Assert.Throws<ArgumentException>(() => evaluation.Measure(zeros(2, 1, 8, 8))).Message, StringComparison.Ordinal);
        Assert.Contains("there is 1", Assert.Throws<ArgumentException>(() => evaluation.Measure(zeros(1, 1, 4, 4))).Message, StringComparison.Ordinal);
        Assert.Contains("there are none", Assert.Throws<ArgumentException>(() => evaluation.Measure([])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Evaluation.Against(Data(20), extractor, []));
        Assert.Contains("needs logits, which flat has not", Assert.Throws<ArgumentException>(
            () => Evaluation.Against(Data(20), new Flat { ClassCount = 0 }, [new InceptionScore()])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Measure_Trainer_TakesItsSamplesAndLeaksNothing()
    {
        using var extractor = new Flat();
        using var evaluation = Evaluation.Against(Data(20), extractor, [new FrechetDistance(), new KernelDistance()]);
        using var trainer = new AdversarialTrainer<nn.Module<Tensor, Tensor>, nn.Module<Tensor, Tensor>>(
            nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Unflatten(1, [1, 4, 4])), nn.Sequential(nn.Flatten(), nn.Linear(16, 1)),
            new UnconditionalObjective(Latent.Normal(8), AdversarialLoss.NonSaturating));
        var first = trainer.Measure(evaluation, 30, batchSize: 7);
        var before = LiveTensors.OfThisThread;

        var second = trainer.Measure(evaluation, 30, batchSize: 7);

        Assert.Equal(before, LiveTensors.OfThisThread);
        Assert.Equal(first.Select(result => result.Value), second.Select(result => result.Value));
        Assert.Equal(30, first[0].Protocol.Samples);
        Assert.Equal(0, first[0].Protocol.Seed);
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Measure(evaluation, 1));
    }

    public void Dispose() => _folder.Dispose();

    private static Tensor Images(int count) => PyTorchParity.MetricFeatures.Of(1, count, 16).div(20).reshape(count, 1, 4, 4);

    private static ImageDataset Data(int count, double change = 0, long label = 0) => new(new Source(Images(count) + change, label));

    private sealed class Source(Tensor images, long label) : ImageSource
    {
        public override int Count => (int)images.shape[0];

        public override string Name(int index) => $"image {index}";

        public override LazyImage Open(int index) => LazyImage.FromTensor(images[index]);

        public override long? Label(int index) => label;
    }

    private sealed class Flat : IFeatureExtractor, IDisposable
    {
        public string Name { get; init; } = "flat";

        public string? Hash { get; init; } = "sha256:flat";

        public string Resizer { get; init; } = "none";

        public long FeatureSize { get; set; } = 16;

        public long ClassCount { get; init; } = 5;

        public int Calls { get; private set; }

        public Tensor Extract(Tensor images)
        {
            Calls++;
            return images.flatten(1).clone();
        }

        public (Tensor Features, Tensor Logits) ExtractWithLogits(Tensor images) => (Extract(images), images.flatten(1)[.., ..5] * 4);

        public void Dispose()
        {
        }
    }

    private sealed class MeanDistance : IFeatureMetric
    {
        public string Name => "mean distance";

        public bool LowerIsBetter => true;

        public MetricDialect Dialect { get; init; } = MetricDialect.Exact;

        public IReadOnlyList<MetricResult> Measure(FeatureStatistics reference, FeatureStatistics generated) => throw new NotSupportedException();
    }
}
