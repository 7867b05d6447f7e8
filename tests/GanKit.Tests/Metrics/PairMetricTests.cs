using GanKit.Tests.PyTorchParity;

namespace GanKit.Tests.Metrics;

/// <summary>PSNR, L1 and MS-SSIM against scikit-image and the papers' formulas (Fixtures/similarity.py), and what all of them share.</summary>
public class PairMetricTests
{
    private static readonly Dictionary<string, IPairMetric> Metrics = new()
    {
        ["ssim"] = new StructuralSimilarity(),
        ["ms-ssim"] = new MultiScaleSimilarity { Similarity = new() { WindowSize = 3 }, Weights = [0.3, 0.7] },
        ["psnr"] = new PeakSignalToNoise(),
        ["psnr of brightness"] = new PeakSignalToNoise { Brightness = true, Border = 2 },
        ["l1"] = new AbsoluteError(),
    };

    public static TheoryData<string> Names => [.. Metrics.Keys];

    [Theory]
    [InlineData("psnr")]
    [InlineData("psnr_y")]
    [InlineData("l1")]
    [InlineData("ms_ssim")]
    [InlineData("ms_ssim_five")]
    public void Measure_Images_EqualsTheReference(string name)
    {
        using var scope = NewDisposeScope();
        var fixture = Fixture.Load("similarity");
        var five = name == "ms_ssim_five";
        IPairMetric metric = name switch
        {
            "psnr" => new PeakSignalToNoise(),
            "psnr_y" => new PeakSignalToNoise { Brightness = true, Border = 4 },
            "l1" => new AbsoluteError(),
            "ms_ssim" => new MultiScaleSimilarity { Similarity = new() { WindowSize = 5, Sigma = 0.8 }, Weights = [0.3, 0.7] },
            _ => new MultiScaleSimilarity { Similarity = new() { WindowSize = 3, Sigma = 0.5 } },
        };
        var (x, y) = (fixture["pairs.x"], fixture["pairs.y"]);
        if (five)
            (x, y) = (x.repeat(1, 1, 3, 3), y.repeat(1, 1, 3, 3));

        var values = metric.Measure(x, y);

        TensorAssert.Close(fixture[$"pairs.{name}"], values, relative: 1e-9, absolute: 1e-10);
        TensorAssert.Close(fixture[$"pairs.{name}"], metric.Measure(x.to(float32), y.to(float32)).to(float64), relative: 1e-4);
    }

    [Theory, MemberData(nameof(Names))]
    public void Evaluate_ManyPairs_IsTheMeanWithItsInterval(string name)
    {
        using var scope = NewDisposeScope();
        var metric = Metrics[name];
        var (x, y) = (rand(20, 3, 16, 16) * 2 - 1, rand(20, 3, 16, 16) * 2 - 1);

        var result = metric.Evaluate([(x[..5], y[..5]), (x[5..], y[5..])]);

        Assert.Equal(metric.Measure(x, y).mean().item<float>(), result.Value, 1e-5 * Math.Abs(result.Value));
        Assert.Equal((name, 20L, "3 x 16 x 16"), (result.Name, result.Protocol.Samples, result.Protocol.ImageSize));
        Assert.True(result.Interval!.Contains(result.Value));
        Assert.Throws<ArgumentException>(() => metric.Evaluate([]));
    }

    [Theory, MemberData(nameof(Names))]
    public void Measure_EqualImages_IsBest(string name)
    {
        using var x = rand(2, 3, 16, 16);

        var values = Metrics[name].Measure(x, x).data<float>().ToArray();

        Assert.All(values, value => Assert.Equal(
            name switch { "l1" => 0, "ssim" or "ms-ssim" => 1, _ => double.PositiveInfinity }, value, 1e-6));
    }

    [Theory, MemberData(nameof(Names))]
    public void Measure_WhatDoesNotFit_SaysWhatIsAllowed(string name)
    {
        using var scope = NewDisposeScope();
        var metric = Metrics[name];
        var x = rand(2, 3, 16, 16);

        Assert.Contains("(2, 3, 16)", Assert.Throws<ArgumentException>(() => metric.Measure(x[.., .., 0], x)).Message, StringComparison.Ordinal);
        Assert.Contains("they must be equal", Assert.Throws<ArgumentException>(() => metric.Measure(x, x[..1])).Message, StringComparison.Ordinal);
        Assert.Contains("of one type", Assert.Throws<ArgumentException>(() => metric.Measure(x, x.to(float64))).Message, StringComparison.Ordinal);
        Assert.Contains("floating-point", Assert.Throws<ArgumentException>(() => metric.Measure(x.to(int64), x)).Message, StringComparison.Ordinal);
        if (name == "psnr of brightness")
        {
            Assert.Contains("3 channels", Assert.Throws<ArgumentException>(() => metric.Measure(x[.., ..1], x[.., ..1])).Message, StringComparison.Ordinal);
            Assert.Contains("border of 2", Assert.Throws<ArgumentException>(() => metric.Measure(x[.., .., ..4], x[.., .., ..4])).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void MultiScaleSimilarity_SmallImages_SaysHowLargeTheyMustBe()
    {
        using var x = rand(1, 3, 64, 64);

        Assert.Contains("176 x 176", Assert.Throws<ArgumentException>(() => new MultiScaleSimilarity().Measure(x, x)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new MultiScaleSimilarity { Weights = [] });
        Assert.Throws<ArgumentException>(() => new MultiScaleSimilarity { Weights = [0.5, 0] });
    }
}
