namespace GanKit;

/// <summary>An image in memory, a byte a value, plane after plane; 0 becomes -1 and 255 becomes 1.</summary>
internal sealed class ByteImage(ReadOnlyMemory<byte> values, int channels, int height, int width)
    : LazyImage(channels, height, width)
{
    internal override void Paint(Window part, Span<float> target, Workbench bench)
    {
        for (var c = 0; c < Channels; c++)
            for (var y = 0; y < part.Height; y++)
                Convert(
                    values.Span.Slice((c * Height + part.Top + y) * Width + part.Left, part.Width),
                    target.Slice(c * part.Area + y * part.Width, part.Width));
    }

    private static void Convert(ReadOnlySpan<byte> source, Span<float> target)
    {
        for (var i = 0; i < source.Length; i++)
            target[i] = source[i] * (2 / 255f) - 1;
    }
}
