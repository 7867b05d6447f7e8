using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>
/// Pillow's antialiased bicubic (a = -0.5) of 32-bit images: weights and sums in float64, rounded to float32 after the rows and again after the
/// columns; then clipped to [0, 255]. In Pillow's order, so that bits are equal.
/// </summary>
internal static class PillowBicubic
{
    private const double Support = 2;

    /// <summary>(B, C, H, W) of float32, contiguous, to (B, C, size, size) on the same device.</summary>
    internal static Tensor Resize(Tensor images, int size)
    {
        var (height, width) = ((int)images.shape[2], (int)images.shape[3]);
        var planes = checked((int)(images.shape[0] * images.shape[1]));
        var source = images.cpu().data<float>().ToArray();
        var target = new float[(long)planes * size * size];
        var (across, down) = (width == size ? null : new Weights(width, size), height == size ? null : new Weights(height, size));
        Parallel.For(0, planes, plane => Plane(
            source.AsSpan(plane * height * width, height * width), height, width, target.AsSpan(plane * size * size, size * size), size, across, down));
        return tensor(target, images.shape[0], images.shape[1], size, size).clamp(0, 255).to(images.device);
    }

    private static void Plane(ReadOnlySpan<float> source, int height, int width, Span<float> target, int size, Weights? across, Weights? down)
    {
        var rows = source;
        if (across is not null)
        {
            var resized = new float[height * size];
            for (var y = 0; y < height; y++)
                for (var x = 0; x < size; x++)
                    resized[y * size + x] = across.Sum(x, source[(y * width)..], 1);
            rows = resized;
        }

        if (down is null)
        {
            rows.CopyTo(target);
            return;
        }

        for (var y = 0; y < size; y++)
            for (var x = 0; x < size; x++)
                target[y * size + x] = down.Sum(y, rows[x..], size);
    }

    /// <summary>Which pixels of a row or column each target pixel is made of, and with what weights.</summary>
    private sealed class Weights
    {
        private readonly (int First, double[] Values)[] _pixels;

        internal Weights(int from, int to)
        {
            var scale = (double)from / to;
            var widening = Math.Max(scale, 1);
            var support = Support * widening;
            _pixels = new (int, double[])[to];
            for (var i = 0; i < to; i++)
            {
                var centre = (i + 0.5) * scale;
                var first = Math.Max((int)(centre - support + 0.5), 0);
                var values = new double[Math.Min((int)(centre + support + 0.5), from) - first];
                var total = 0.0;
                for (var j = 0; j < values.Length; j++)
                    total += values[j] = Height((j + first - centre + 0.5) * (1 / widening));
                for (var j = 0; j < values.Length && total != 0; j++)
                    values[j] /= total;
                _pixels[i] = (first, values);
            }
        }

        internal float Sum(int target, ReadOnlySpan<float> source, int stride)
        {
            var (first, values) = _pixels[target];
            var sum = 0.0;
            for (var j = 0; j < values.Length; j++)
                sum += source[(first + j) * stride] * values[j];
            return (float)sum;
        }

        private static double Height(double x)
        {
            const double a = -0.5;
            x = Math.Abs(x);
            return x < 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
        }
    }
}
