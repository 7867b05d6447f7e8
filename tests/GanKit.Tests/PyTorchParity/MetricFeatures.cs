namespace GanKit.Tests.PyTorchParity;

/// <summary>The features that Fixtures/metrics.py makes, made again.</summary>
internal static class MetricFeatures
{
    /// <summary>Neighbouring columns are correlated, and their scales differ.</summary>
    public static Tensor Of(int seed, int rows, int columns, double shift = 0, double scale = 1)
    {
        var count = rows * columns;
        var parts = Uniform(seed, 4 * count);
        var values = new float[count];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var noise = Noise(row, column) + 0.5 * Noise(row, (column + columns - 1) % columns);
                values[row * columns + column] = (float)(noise * (scale * (1.0 + column % 7)) + shift);
            }
        }

        return tensor(values, [rows, columns]);

        double Noise(int row, int column)
        {
            var i = row * columns + column;
            return parts[i] + parts[count + i] + (parts[2 * count + i] + parts[3 * count + i]) - 2.0;
        }
    }

    /// <summary>SplitMix64 of seed · 2³² + i, as numbers in [0, 1).</summary>
    private static double[] Uniform(int seed, int count)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            var z = (((ulong)seed << 32) + (ulong)i + 1) * 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            values[i] = ((z ^ (z >> 31)) >> 11) * (1.0 / (1L << 53));
        }

        return values;
    }
}
