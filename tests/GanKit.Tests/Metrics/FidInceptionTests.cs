using System.Security.Cryptography;

namespace GanKit.Tests.Metrics;

public class FidInceptionTests
{
    /// <summary>Files of any hash are written here: the published weights can't be in the repository.</summary>
    [Fact]
    public void Load_OtherWeights_AreRefusedUnlessAllowedAndThenNamed()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("mine.pth");
        using (var network = new FidInceptionNetwork())
            network.SaveWeights(path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

        var refused = Assert.Throws<InvalidDataException>(() => FidInception.Load(path));
        Assert.Contains("6726825d", refused.Message);
        Assert.Contains(hash, refused.Message);
        Assert.Contains("allowOtherWeights", refused.Message);

        FidInception extractor;
        using (NewDisposeScope())
            extractor = FidInception.Load(path, featureSize: 64, preprocessing: FeaturePreprocessing.CleanFid, allowOtherWeights: true);
        using (extractor)
        {
            Assert.Equal("mine.pth (not inception-2015-12-05), 64 features", extractor.Name);
            Assert.Equal("sha256:" + hash, extractor.Hash);
            Assert.StartsWith("clean-fid: ", extractor.Resizer);
            Assert.Equal((64, 0), (extractor.FeatureSize, extractor.ClassCount));
            using var images = torch.rand(2, 1, 20, 30) * 2 - 1;
            var before = LiveTensors.OfThisThread;
            using var features = extractor.Extract(images);
            Assert.Equal(before + 1, LiveTensors.OfThisThread);
            Assert.Equal([2, 64], features.shape);
            Assert.False(features.requires_grad);
            Assert.Contains("featureSize: 2048", Assert.Throws<NotSupportedException>(() => extractor.ExtractWithLogits(images)).Message);
        }
    }

    [Fact]
    public void Load_FilesThatAreNone_AreExplained()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("pt_inception-2015-12-05-6726825d.pth", Assert.Throws<FileNotFoundException>(() => FidInception.Load(folder.File("none.pth"))).Message);
        Assert.Throws<ArgumentException>(() => FidInception.Load(""));
        Assert.Contains("64, 192, 768, 2048", Assert.Throws<ArgumentOutOfRangeException>(() => FidInception.Load("none.pth", featureSize: 1000)).Message);

        var text = folder.File("text.pth");
        File.WriteAllText(text, "nothing");
        Assert.Throws<InvalidDataException>(() => FidInception.Load(text));
        Assert.Throws<CheckpointFormatException>(() => FidInception.Load(text, allowOtherWeights: true));

        var other = folder.File("other.pth");
        using (var network = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)))
            network.SaveWeights(other);
        Assert.Throws<StateDictMismatchException>(() => FidInception.Load(other, allowOtherWeights: true));
    }

    [Theory]
    [InlineData(new long[] { 3, 8, 8 }, ScalarType.Float32)]
    [InlineData(new long[] { 1, 4, 8, 8 }, ScalarType.Float32)]
    [InlineData(new long[] { 0, 3, 8, 8 }, ScalarType.Float32)]
    [InlineData(new long[] { 1, 3, 0, 8 }, ScalarType.Float32)]
    [InlineData(new long[] { 1, 3, 8, 8 }, ScalarType.Int64)]
    public void Prepare_WhatAreNoImages_IsRefused(long[] shape, ScalarType type)
    {
        using var images = zeros(shape, type);
        foreach (var preprocessing in FeaturePreprocessing.All)
            Assert.Throws<ArgumentException>(() => preprocessing.Prepare(images));
        Assert.Throws<ArgumentNullException>(() => FeaturePreprocessing.TorchFidelity.Prepare(null!));
    }

    [Fact]
    public void Prepare_GreyHalfPrecisionAndOutOfRange_AreTakenAsTheirLevels()
    {
        using var scope = NewDisposeScope();
        var grey = tensor([-7f, -1f, 0.2f, 1f, 9f]).view(1, 1, 1, 5);
        foreach (var preprocessing in FeaturePreprocessing.All)
        {
            var prepared = preprocessing.Prepare(grey.expand(1, 1, 5, 5));
            Assert.Equal([1, 3, 299, 299], prepared.shape);
            TensorAssert.Equal(prepared[0, 0], prepared[0, 2]);
            Assert.InRange(prepared.min().item<float>(), -1, -1);
            Assert.InRange(prepared.max().item<float>(), 0.99f, 1.001f);
            TensorAssert.Equal(preprocessing.Prepare(grey), preprocessing.Prepare(grey.expand(1, 3, 1, 5)));
            Assert.Equal(float32, preprocessing.Prepare(grey.to(bfloat16)).dtype);
            Assert.Contains(preprocessing.Name, preprocessing.ToString());
        }
    }

    [Fact]
    public void Of_EachDialect_IsTheToolOfThatName()
    {
        foreach (var dialect in MetricDialect.All)
            Assert.StartsWith(dialect == MetricDialect.Exact ? "torch-fidelity" : dialect.Name, FeaturePreprocessing.Of(dialect).Name);
        Assert.Throws<ArgumentNullException>(() => FeaturePreprocessing.Of(null!));
    }
}
