using System.Numerics;

namespace GanKit;

/// <summary>Up to 256 colours that stand for an image's.</summary>
/// <remarks>
/// An image of at most 256 colours keeps them exactly. Others are cut in two again and again, always the group of
/// colours with the largest squared error, in the middle of the channel that has most of it; then each colour takes the
/// nearest group's mean. (A variant of the median cut of Heckbert, "Color image quantization for frame buffer display",
/// 1982.)
/// </remarks>
internal sealed class Palette
{
    private const int MaxColours = 256;

    // Colours of a frame with more than 256 are told apart by their upper 5 bits a channel, and averaged below that.
    private const int KeptBits = 5;

    private Palette(byte[] colours, byte[] indices) => (Colours, Indices) = (colours, indices);

    /// <summary>Red, green, blue; 2 to the power of <see cref="Bits"/> entries, padded with black.</summary>
    internal byte[] Colours { get; }

    /// <summary>An entry for each pixel.</summary>
    internal byte[] Indices { get; }

    /// <summary>Bits of an index.</summary>
    internal int Bits => BitOperations.Log2((uint)(Colours.Length / 3));

    /// <summary>Finds colours for pixels of three channels.</summary>
    internal static Palette Of(PixelBuffer pixels) => Exact(pixels.Bytes) ?? Quantised(pixels.Bytes);

    private static Palette? Exact(byte[] rgb)
    {
        var known = new Dictionary<int, byte>(MaxColours);
        var colours = new List<byte>(MaxColours * 3);
        var indices = new byte[rgb.Length / 3];
        for (var pixel = 0; pixel < indices.Length; pixel++)
        {
            var colour = rgb.AsSpan(pixel * 3, 3);
            var key = colour[0] << 16 | colour[1] << 8 | colour[2];
            if (!known.TryGetValue(key, out var index))
            {
                if (known.Count == MaxColours)
                    return null;
                known[key] = index = (byte)known.Count;
                colours.AddRange(colour);
            }

            indices[pixel] = index;
        }

        return new Palette(Padded(colours), indices);
    }

    private static Palette Quantised(byte[] rgb)
    {
        var bins = new Bin[1 << 3 * KeptBits];
        for (var at = 0; at < rgb.Length; at += 3)
        {
            bins[BinOf(rgb, at)].Add(rgb[at], rgb[at + 1], rgb[at + 2]);
        }

        var used = Enumerable.Range(0, bins.Length).Where(bin => bins[bin].Count > 0).ToArray();
        var groups = new List<ColourGroup> { new(used.Select(bin => bins[bin]).ToArray()) };
        while (groups.Count < MaxColours && groups.MaxBy(group => group.Error) is { Error: > 0 } worst)
        {
            groups.Remove(worst);
            groups.AddRange(worst.Cut());
        }

        var means = groups.ConvertAll(group => group.Mean);
        var nearest = new byte[bins.Length];
        foreach (var bin in used)
            nearest[bin] = (byte)IndexOfNearest(means, bins[bin].Mean);

        var indices = new byte[rgb.Length / 3];
        for (var pixel = 0; pixel < indices.Length; pixel++)
            indices[pixel] = nearest[BinOf(rgb, pixel * 3)];
        var colours = means.SelectMany(mean => new[] { ToByte(mean.X), ToByte(mean.Y), ToByte(mean.Z) });
        return new Palette(Padded(colours.ToList()), indices);
    }

    private static int BinOf(byte[] rgb, int at)
    {
        const int dropped = 8 - KeptBits;
        return rgb[at] >> dropped << 2 * KeptBits | rgb[at + 1] >> dropped << KeptBits | rgb[at + 2] >> dropped;
    }

    private static int IndexOfNearest(List<Vector3> colours, Vector3 colour)
    {
        var nearest = 0;
        for (var index = 1; index < colours.Count; index++)
        {
            if (Vector3.DistanceSquared(colours[index], colour) < Vector3.DistanceSquared(colours[nearest], colour))
                nearest = index;
        }

        return nearest;
    }

    private static byte ToByte(float value) => (byte)MathF.Round(value);

    // GIF's tables have a power of two of entries; its smallest code size is 2 bits, whatever the table.
    private static byte[] Padded(List<byte> colours)
    {
        var entries = Math.Max(4, (int)BitOperations.RoundUpToPowerOf2((uint)(colours.Count / 3)));
        var padded = new byte[entries * 3];
        colours.CopyTo(padded);
        return padded;
    }

    private struct Bin
    {
        private long _red;
        private long _green;
        private long _blue;

        internal long Count { get; private set; }

        internal readonly Vector3 Mean =>
            new((float)((double)_red / Count), (float)((double)_green / Count), (float)((double)_blue / Count));

        internal void Add(byte red, byte green, byte blue)
        {
            Count++;
            _red += red;
            _green += green;
            _blue += blue;
        }

        internal void Add(in Bin other)
        {
            Count += other.Count;
            _red += other._red;
            _green += other._green;
            _blue += other._blue;
        }
    }

    private sealed class ColourGroup
    {
        private readonly Bin[] _bins;
        private readonly Vector3 _error;

        internal ColourGroup(Bin[] bins)
        {
            _bins = bins;
            var all = default(Bin);
            foreach (ref readonly var bin in bins.AsSpan())
                all.Add(bin);
            Mean = all.Mean;
            foreach (ref readonly var bin in bins.AsSpan())
                _error += (bin.Mean - Mean) * (bin.Mean - Mean) * bin.Count;
        }

        internal Vector3 Mean { get; }

        internal float Error => _bins.Length == 1 ? 0 : Vector3.Sum(_error);

        internal IEnumerable<ColourGroup> Cut()
        {
            var axis = _error.X >= _error.Y && _error.X >= _error.Z ? 0 : _error.Y >= _error.Z ? 1 : 2;
            var middle = (_bins.Min(bin => bin.Mean[axis]) + _bins.Max(bin => bin.Mean[axis])) / 2;
            return _bins.GroupBy(bin => bin.Mean[axis] > middle).Select(side => new ColourGroup(side.ToArray()));
        }
    }
}
