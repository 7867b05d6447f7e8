using System.Numerics;
using System.Text;

namespace GanKit;

/// <summary>The blocks of a GIF file (GIF89a, CompuServe 1990).</summary>
internal static class GifFormat
{
    private static readonly byte[] GreyRamp = [.. Enumerable.Range(0, 256).SelectMany(
        grey => new[] { (byte)grey, (byte)grey, (byte)grey })];

    /// <summary>Appends the signature, the screen, a grey colour table where frames are grey, and the loop.</summary>
    internal static void WriteHeader(Stream output, PixelBuffer pixels, bool loop)
    {
        output.Write("GIF89a"u8);
        WriteUInt16(output, pixels.Width);
        WriteUInt16(output, pixels.Height);
        var grey = pixels.Channels == 1;
        output.WriteByte((byte)(0x70 | (grey ? TableFlags(GreyRamp) : 0))); // 8 bits a primary.
        output.Write([0, 0]); // Background colour, square pixels.
        if (grey)
            output.Write(GreyRamp);
        if (!loop)
            return;

        output.Write([0x21, 0xFF, 11]);
        output.Write(Encoding.ASCII.GetBytes("NETSCAPE2.0"));
        output.Write([3, 1, 0, 0, 0]); // Zero repetitions mean for ever.
    }

    /// <summary>Appends one frame that covers the screen.</summary>
    /// <returns>Where its delay lies within <paramref name="output"/>.</returns>
    internal static long WriteFrame(Stream output, PixelBuffer pixels, int delay)
    {
        output.Write([0x21, 0xF9, 4, 1 << 2]); // Graphic control; the frame stays until the next covers it.
        var delayAt = output.Position;
        WriteUInt16(output, delay);
        output.Write([0, 0]);

        output.Write([0x2C, 0, 0, 0, 0]);
        WriteUInt16(output, pixels.Width);
        WriteUInt16(output, pixels.Height);
        if (pixels.Channels == 1)
        {
            output.WriteByte(0);
            LzwEncoder.Write(output, pixels.Bytes, indexBits: 8);
            return delayAt;
        }

        var palette = Palette.Of(pixels);
        output.WriteByte((byte)TableFlags(palette.Colours));
        output.Write(palette.Colours);
        LzwEncoder.Write(output, palette.Indices, palette.Bits);
        return delayAt;
    }

    // A table follows, of 2 to the power of (n + 1) entries.
    private static int TableFlags(byte[] colours) => 0x80 | BitOperations.Log2((uint)(colours.Length / 3)) - 1;

    private static void WriteUInt16(Stream output, int value) => output.Write([(byte)value, (byte)(value >> 8)]);
}
