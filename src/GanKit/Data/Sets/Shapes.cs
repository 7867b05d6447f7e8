using static TorchSharp.torch;

namespace GanKit.Data;

/// <summary>
/// A procedural data set: discs, rings, squares and triangles of random place, size, turn and colour on black. It needs
/// no file and no network, so that a demo or a test always has pictures to learn from.
/// </summary>
public static class Shapes
{
    private static readonly string[] Names = ["disc", "ring", "square", "triangle"];

    /// <summary>Makes the data set; pictures are drawn when they are read.</summary>
    /// <param name="count">How many pictures, at least 1; classes take turns.</param>
    /// <param name="size">Their height and width, at least 16 pixels.</param>
    /// <param name="channels">1 for grey or 3 for colour.</param>
    /// <param name="seed">The same seed gives the same pictures; 0 by default.</param>
    /// <returns>Pictures (channels, size, size) in [-1, 1] with the shape's class as their label.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static ImageDataset Load(int count = 10_000, int size = 32, int channels = 1, long seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 16);
        if (channels is not (1 or 3))
        {
            throw new ArgumentOutOfRangeException(
                nameof(channels), channels, "Shapes are grey (1 channel) or coloured (3 channels).");
        }

        return new ImageDataset(new ShapeImages(count, size, channels, seed));
    }

    private sealed class ShapeImages(int count, int size, int channels, long seed) : ImageSource
    {
        public override int Count => count;

        public override IReadOnlyList<string> Classes => Names;

        public override string Name(int index) => $"shape {index}";

        public override long? Label(int index) => index % Names.Length;

        public override LazyImage Open(int index)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
            var random = new SeededRandom(seed, index);
            var radius = Between(0.18, 0.32) * size;
            var (centreX, centreY) = (Between(0.42, 0.58) * size, Between(0.42, 0.58) * size);
            var (sine, cosine) = Math.SinCos(Between(-0.4, 0.4));
            var colour = Enumerable.Range(0, channels).Select(_ => Between(channels == 1 ? 0.6 : 0.15, 1)).ToArray();

            var pixels = new float[channels * size * size];
            for (var y = 0; y < size; y++)
            {
                for (var x = 0; x < size; x++)
                {
                    var (dx, dy) = (x + 0.5 - centreX, y + 0.5 - centreY);
                    var distance = Distance(index % Names.Length, cosine * dx + sine * dy, cosine * dy - sine * dx, radius);
                    var coverage = Math.Clamp(0.5 - distance, 0, 1); // one pixel of antialiasing at the edge
                    for (var channel = 0; channel < channels; channel++)
                        pixels[(channel * size + y) * size + x] = (float)(2 * coverage * colour[channel] - 1);
                }
            }

            return LazyImage.FromTensor(tensor(pixels, [channels, size, size]));

            double Between(double low, double high) => low + (high - low) * random.NextDouble();
        }

        /// <summary>The signed distance to the outline in pixels, negative inside.</summary>
        private static double Distance(int shape, double x, double y, double radius) => shape switch
        {
            0 => Math.Sqrt(x * x + y * y) - radius,
            1 => Math.Abs(Math.Sqrt(x * x + y * y) - 0.75 * radius) - 0.25 * radius,
            2 => Math.Max(Math.Abs(x), Math.Abs(y)) - 0.85 * radius,
            _ => Math.Max(Math.Abs(x) * Math.Sqrt(0.75) - y / 2, y) - radius / 2, // upside down: y grows downwards
        };
    }
}
