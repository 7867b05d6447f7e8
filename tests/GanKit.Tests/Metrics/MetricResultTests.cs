namespace GanKit.Tests.Metrics;

public class MetricResultTests
{
    private static readonly MetricProtocol Protocol = new()
    {
        Metric = "frechet",
        Dialect = "exact",
        Settings = "k = 3",
        Extractor = "net",
        ExtractorHash = "sha256:1",
        Resizer = "bilinear",
        ImageSize = "3 x 32 x 32",
        Samples = 100,
        ReferenceSamples = 200,
        ReferenceHash = "sha256:2",
        Seed = 1,
    };

    public static TheoryData<string, string> Differences => new()
    {
        { "measure", "the measure is 'frechet' here and 'kernel' there" },
        { "dialect", "the dialect is 'exact' here and 'pytorch-fid' there" },
        { "settings", "the setting is 'k = 3' here and 'k = 5' there" },
        { "extractor", "the extractor is 'net' here and 'other' there" },
        { "hash", "the extractor's hash is 'sha256:1' here and unknown there" },
        { "resizer", "the resizer is 'bilinear' here and 'bicubic' there" },
        { "size", "the image size is '3 x 32 x 32' here and '3 x 64 x 64' there" },
        { "samples", "the number of samples is 100 here and 101 there" },
        { "reference", "the number of reference samples is 200 here and 201 there" },
        { "referenceHash", "the reference's hash is 'sha256:2' here and 'sha256:3' there" },
        { "seed", "the seed is 1 here and 2 there" },
    };

    [Theory, MemberData(nameof(Differences))]
    public void IsBetterThan_AnotherProtocol_NamesTheDifference(string part, string message)
    {
        var other = part switch
        {
            "measure" => Protocol with { Metric = "kernel" },
            "dialect" => Protocol with { Dialect = "pytorch-fid" },
            "settings" => Protocol with { Settings = "k = 5" },
            "extractor" => Protocol with { Extractor = "other" },
            "hash" => Protocol with { ExtractorHash = null },
            "resizer" => Protocol with { Resizer = "bicubic" },
            "size" => Protocol with { ImageSize = "3 x 64 x 64" },
            "samples" => Protocol with { Samples = 101 },
            "reference" => Protocol with { ReferenceSamples = 201 },
            "referenceHash" => Protocol with { ReferenceHash = "sha256:3" },
            _ => Protocol with { Seed = 2 },
        };

        var error = Assert.Throws<InvalidOperationException>(
            () => new MetricResult(1, LowerIsBetter: true, Protocol).IsBetterThan(new(2, LowerIsBetter: true, other)));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(message, Protocol.DifferenceFrom(other));
    }

    [Theory]
    [InlineData(true, 1, 2, true)]
    [InlineData(true, 2, 1, false)]
    [InlineData(false, 1, 2, false)]
    [InlineData(false, 2, 1, true)]
    [InlineData(true, 1, 1, false)]
    [InlineData(true, double.NaN, 1, false)]
    [InlineData(true, 1, double.NaN, true)]
    [InlineData(false, 1, double.NaN, true)]
    [InlineData(true, double.NaN, double.NaN, false)]
    public void IsBetterThan_TheSameProtocol_GoesByTheDirection(bool lower, double value, double other, bool better) =>
        Assert.Equal(better, new MetricResult(value, lower, Protocol).IsBetterThan(new(other, lower, Protocol)));

    [Fact]
    public void ToString_WithInterval_IsShort()
    {
        var result = new MetricResult(12.345678, LowerIsBetter: true, Protocol)
        {
            Interval = new(12, 13, 0.95, "jackknife"),
            Deviation = 0.5,
        };

        Assert.Equal("frechet 12.346 ± 0.5 (12 to 13)", result.ToString());
        Assert.Equal(
            "measure frechet, dialect exact, setting k = 3, extractor net, extractor's hash sha256:1, resizer bilinear, image size 3 x 32 x 32, "
            + "number of samples 100, number of reference samples 200, reference's hash sha256:2, seed 1", Protocol.ToString());
    }
}
