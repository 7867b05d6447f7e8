namespace GanKit.Tests.Metrics;

public class LightExtractorTests
{
    [Fact]
    public void Train_LabelledStripes_LearnsThemAndMeasuresWhatIsOff()
    {
        using var scope = NewDisposeScope();
        using var extractor = LightExtractor.Train(Stripes(labels: true), seed: 3, steps: 30);
        Assert.Equal(("gankit-light (labels)", 128, 2), (extractor.Name, extractor.FeatureSize, extractor.ClassCount));
        var (images, labels) = Draw(64);

        var (features, logits) = extractor.ExtractWithLogits(images);

        Assert.Equal([64, 128], features.shape);
        TensorAssert.Equal(extractor.Extract(images), features);
        Assert.InRange((logits.argmax(1) == labels).to(float32).mean().item<float>(), 0.9f, 1);
        var near = extractor.Extract(Draw(64).Images).mean([0]) - features.mean([0]);
        var far = extractor.Extract(torch.rand(64, 1, 16, 16) * 2 - 1).mean([0]) - features.mean([0]);
        Assert.True(far.norm().item<float>() > 3 * near.norm().item<float>());
    }

    [Fact]
    public void Train_WithoutLabels_LearnsTurnsAndHasNoClasses()
    {
        using var scope = NewDisposeScope();
        using var extractor = LightExtractor.Train(Stripes(labels: false), seed: 3, steps: 30);

        Assert.Equal(("gankit-light (rotations)", 0), (extractor.Name, extractor.ClassCount));
        var (images, _) = Draw(32);
        Assert.Contains("labelled", Assert.Throws<NotSupportedException>(() => extractor.ExtractWithLogits(images)).Message);
        var turned = (extractor.Extract(images.rot90(1, (2, 3))) - extractor.Extract(images)).norm(1).mean().item<float>();
        Assert.True(turned > 0.5f * extractor.Extract(images).norm(1).mean().item<float>());
    }

    [Fact]
    public void Train_SameSeed_GivesTheSameAndLeavesTheGlobalRandomSourceAlone()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var expected = rand(4);
        manual_seed(5);

        using var first = LightExtractor.Train(Stripes(labels: true), seed: 3, steps: 3);
        TensorAssert.Equal(expected, rand(4));
        using var second = LightExtractor.Train(Stripes(labels: true), seed: 3, steps: 3);
        using var other = LightExtractor.Train(Stripes(labels: true), seed: 4, steps: 3);

        Assert.Equal(first.Hash, second.Hash);
        Assert.NotEqual(first.Hash, other.Hash);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Load_WhatWasSaved_IsTheSame(bool labels)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = folder.File("light.safetensors");
        using var extractor = LightExtractor.Train(Stripes(labels), steps: 2);
        extractor.Save(path);

        using var loaded = LightExtractor.Load(path);

        Assert.Equal((extractor.Name, extractor.Hash, extractor.Resizer, extractor.ClassCount), (loaded.Name, loaded.Hash, loaded.Resizer, loaded.ClassCount));
        var images = Draw(3, size: 40).Images; // not its own size
        TensorAssert.Equal(extractor.Extract(images), loaded.Extract(images));
        Assert.Throws<ArgumentException>(() => loaded.Extract(images.expand(3, 3, 40, 40)));
        Assert.Throws<ArgumentException>(() => loaded.Extract(images.to(uint8)));
    }

    [Fact]
    public void Load_OtherFiles_AreRefused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = folder.File("other.safetensors");
        SafetensorsFile.Save(path, new Dictionary<string, Tensor> { ["a"] = ones(1) });
        Assert.Contains("LightExtractor.Save", Assert.Throws<CheckpointFormatException>(() => LightExtractor.Load(path)).Message);
        SafetensorsFile.Save(path, new Dictionary<string, Tensor> { ["a"] = ones(1) }, new Dictionary<string, string>
        {
            ["format"] = "gankit-light-extractor-1",
            ["channels"] = "-1",
            ["size"] = "16",
            ["classes"] = "2",
        });
        Assert.Contains("channels", Assert.Throws<CheckpointFormatException>(() => LightExtractor.Load(path)).Message);
        Assert.Throws<FileNotFoundException>(() => LightExtractor.Load(folder.File("none")));
    }

    [Fact]
    public void Train_WhatCanNotBeLearned_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => LightExtractor.Train(Stripes(labels: false), useLabels: true));
        Assert.Throws<ArgumentException>(() => LightExtractor.Train(Stripes(labels: true).Take(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => LightExtractor.Train(Stripes(labels: true), steps: 0));
        Assert.Throws<ArgumentNullException>(() => LightExtractor.Train(null!));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var before = LiveTensors.OfThisThread;
        Assert.Throws<OperationCanceledException>(() => LightExtractor.Train(Stripes(labels: true), cancellationToken: cancelled.Token));
        Assert.True(LiveTensors.OfThisThread <= before);
    }

    private static ImageDataset Stripes(bool labels) => new(new StripeSource(labels));

    /// <summary>Of class 0 the left half is bright, of class 1 the upper half.</summary>
    private static (Tensor Images, Tensor Labels) Draw(long count, long size = 16)
    {
        var labels = arange(count, dtype: int64).remainder(2);
        var ramp = where(arange(size) < size / 2, 0.8f, -0.8f);
        var images = where(labels.view(-1, 1, 1, 1) == 0, ramp.view(1, 1, 1, -1), ramp.view(1, 1, -1, 1).mul(0.7f)) + zeros(1, 1, size, size);
        return ((images + 0.1 * randn(count, 1, size, size)).clamp(-1, 1), labels);
    }

    private sealed class StripeSource(bool labels) : ImageSource
    {
        public override int Count => 128;

        public override IReadOnlyList<string> Classes => labels ? ["left", "upper"] : [];

        public override string Name(int index) => $"stripe {index}";

        public override LazyImage Open(int index)
        {
            using var generator = new Generator((ulong)index);
            var ramp = where(arange(16) < 8, 0.8f, -0.8f).expand(16, 16);
            var image = (index % 2 == 0 ? ramp : ramp.t().mul(0.7f)) + 0.1 * randn([16, 16], generator: generator);
            return LazyImage.FromTensor(image.clamp(-1, 1).unsqueeze(0));
        }

        public override long? Label(int index) => labels ? index % 2 : null;
    }
}
