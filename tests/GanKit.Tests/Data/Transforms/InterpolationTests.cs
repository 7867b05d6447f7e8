using CsCheck;

namespace GanKit.Tests.Data.Transforms;

/// <summary>The arithmetic is libtorch's; this holds that it is the one the documentation names.</summary>
public class InterpolationTests
{
    private static double Triangle(double x) => Math.Max(0, 1 - Math.Abs(x));

    private static double Cubic(double x)
    {
        const double a = -0.5;
        x = Math.Abs(x);
        return x < 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
    }

    /// <summary>Resampling with a filter that widens as the image shrinks, one weight after the other.</summary>
    private static double[] Resample(double[] row, int size, Func<double, double> filter, double support)
    {
        double scale = (double)row.Length / size, stretch = Math.Max(scale, 1);
        return
        [
            .. from i in Enumerable.Range(0, size)
               let centre = (i + 0.5) * scale
               let weights = row.Select((_, j) => Math.Abs(j + 0.5 - centre) < support * stretch
                   ? filter((j + 0.5 - centre) / stretch) : 0).ToArray()
               select row.Zip(weights, (value, weight) => value * weight).Sum() / weights.Sum()
        ];
    }

    private static readonly Dictionary<Interpolation, (Func<double, double> Filter, double Support)> Filters = new()
    {
        [Interpolation.Bilinear] = (Triangle, 1),
        [Interpolation.Bicubic] = (Cubic, 2),
    };

    [Theory, InlineData("bilinear"), InlineData("bicubic")]
    public void Resize_Smooth_IsTheAntialiasedFilter(string name)
    {
        var (interpolation, (filter, support)) = Filters.Single(f => f.Key.Name == name);
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 20], Gen.Int[1, 20], Gen.Int[1, 20], Gen.Int[0, 99]).Sample(
            (h, w, toH, toW, seed) =>
        {
            using var scope = NewDisposeScope();
            var random = new Random(seed);
            var pixels = Enumerable.Range(0, h)
                .Select(_ => Enumerable.Range(0, w).Select(_ => random.NextDouble() * 2 - 1).ToArray()).ToArray();
            var image = tensor(pixels.SelectMany(r => r).Select(x => (float)x).ToArray(), [1, h, w]);
            var resized = interpolation.Resize(image, toH, toW);

            var rows = pixels.Select(row => Resample(row, toW, filter, support)).ToArray();
            var columns = Enumerable.Range(0, toW)
                .Select(x => Resample([.. rows.Select(row => row[x])], toH, filter, support)).ToArray();
            for (var y = 0; y < toH; y++)
                for (var x = 0; x < toW; x++)
                    Assert.Equal(Math.Clamp(columns[x][y], -1, 1), resized[0, y, x].item<float>(), 1e-4);
        }, iter: 60, threads: 1);
    }

    [Fact]
    public void Resize_Nearest_TakesThePixelUnderTheCentre()
    {
        using var scope = NewDisposeScope();
        var image = arange(7, float32).view(1, 1, 7);
        // Centres at 7/6, 21/6 and 35/6 lie in pixels 1, 3 and 5.
        Assert.Equal([1f, 3, 5], Interpolation.Nearest.Resize(image, 1, 3).data<float>().ToArray());
    }

    [Fact]
    public void Resize_AreaByAWholeFactor_IsTheMean()
    {
        using var scope = NewDisposeScope();
        var image = arange(16, float32).view(1, 4, 4);
        Assert.Equal([2.5f, 4.5f, 10.5f, 12.5f], Interpolation.Area.Resize(image, 2, 2).data<float>().ToArray());
    }

    [Fact]
    public void Resize_ToItsOwnSize_IsTheImageItself()
    {
        using var image = rand(3, 4, 5);
        foreach (var interpolation in new[] { Interpolation.Nearest, Interpolation.Bilinear, Interpolation.Bicubic,
            Interpolation.Area })
            Assert.Same(image, interpolation.Resize(image, 4, 5));
    }
}
