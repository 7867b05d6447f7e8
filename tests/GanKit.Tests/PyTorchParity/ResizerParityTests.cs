using System.Security.Cryptography;

namespace GanKit.Tests.PyTorchParity;

/// <summary>What the tools' own code makes of pictures before the network sees them, to the last bit; see Fixtures/extractors.py.</summary>
public class ResizerParityTests
{
    private static readonly Dictionary<string, FeaturePreprocessing> Tools = new()
    {
        ["torch-fidelity"] = FeaturePreprocessing.TorchFidelity,
        ["pytorch-fid"] = FeaturePreprocessing.PyTorchFid,
        ["clean-fid"] = FeaturePreprocessing.CleanFid,
        ["torchmetrics"] = FeaturePreprocessing.TorchMetrics,
    };

    public static TheoryData<string, long, long> Cases { get; } = [.. Tools.Keys.SelectMany(
        tool => new (long, long)[] { (32, 32), (1, 1), (40, 57), (299, 299), (299, 64), (431, 350) }.Select(size => (tool, size.Item1, size.Item2)))];

    [Theory, MemberData(nameof(Cases))]
    public void Prepare_BytesAndFloatsOfBytes_EqualsTheToolToTheLastBit(string tool, long height, long width)
    {
        using var scope = NewDisposeScope();
        var known = Fixture.Load("extractors")[$"resize.{tool}.{height}x{width}"];
        var picture = Picture(height, width);

        foreach (var images in new[] { picture, picture.to(float32) / 127.5 - 1 })
        {
            var prepared = Tools[tool].Prepare(images);

            Assert.Equal([1, 3, 299, 299], prepared.shape);
            Assert.Contains(Hash(prepared), Hashes(known));
        }
    }

    [Fact]
    public void Prepare_Changed_IsSeen()
    {
        using var scope = NewDisposeScope();
        var known = Fixture.Load("extractors")["resize.clean-fid.40x57"];
        var picture = Picture(40, 57);
        picture[0, 1, 20, 30] += 1;

        Assert.DoesNotContain(Hash(FeaturePreprocessing.CleanFid.Prepare(picture)), Hashes(known));
    }

    [Fact]
    public void Prepare_FloatsBetweenLevels_AreCutDownByTorchmetricsAloneAsItsOwnCodeDoes()
    {
        using var scope = NewDisposeScope();
        var fixture = Fixture.Load("extractors");
        var floats = fixture["resize.floats"].view(1, 1, 1, -1);
        var bytes = fixture["resize.truncated"].view(1, 1, 1, -1);

        TensorAssert.Equal(FeaturePreprocessing.TorchMetrics.Prepare(bytes), FeaturePreprocessing.TorchMetrics.Prepare(floats));
        foreach (var tool in FeaturePreprocessing.All.Where(tool => tool != FeaturePreprocessing.TorchMetrics))
            TensorAssert.Equal(tool.Prepare((floats * 127.5 + 128).clamp(0, 255).to(uint8)), tool.Prepare(floats));
    }

    /// <summary>The picture of Fixtures/extractors.py.</summary>
    internal static Tensor Picture(long height, long width, long count = 1) =>
        ((ReferenceNetworks.Pattern("picture", count, 3, height, width) + 1) * 127.5).round().to(uint8);

    private static string Hash(Tensor values) => Convert.ToHexString(SHA256.HashData(values.contiguous().bytes));

    private static IEnumerable<string> Hashes(Tensor rows) => rows.unbind().Select(row => Convert.ToHexString(row.bytes));
}
