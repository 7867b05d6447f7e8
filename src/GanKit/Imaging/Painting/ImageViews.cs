using System.Drawing;
using System.Numerics;

namespace GanKit.Data;

internal static class RectangleExtensions
{
    extension(Rectangle part)
    {
        /// <summary>The pixels of one channel.</summary>
        internal int Area => part.Height * part.Width;
    }
}

/// <summary>See <see cref="LazyImage.Crop"/>.</summary>
internal sealed class CroppedImage(LazyImage image, Rectangle window) : LazyImage(image, height: window.Height, width: window.Width)
{
    protected override void RenderCore(Rectangle part, Span<float> pixels) => Source.Render(InImage(part), pixels);

    private protected override void RenderLanesCore(Rectangle strip, Span<float> lanes) => Source.RenderLanes(InImage(strip), lanes);

    private Rectangle InImage(Rectangle part) => part with { X = window.X + part.X, Y = window.Y + part.Y };
}

/// <summary>See <see cref="LazyImage.FlipHorizontally"/>.</summary>
internal sealed class FlippedImage(LazyImage image) : LazyImage(image)
{
    protected override void RenderCore(Rectangle part, Span<float> pixels)
    {
        Source.Render(part with { X = Width - part.Right }, pixels);
        for (var row = 0; row < Channels * part.Height; row++)
            pixels.Slice(row * part.Width, part.Width).Reverse();
    }
}

/// <summary>See <see cref="LazyImage.Pad"/>.</summary>
internal sealed class PaddedImage(LazyImage image, int padding) : LazyImage(
    image, height: image.Height + 2 * Checked(image, padding), width: image.Width + 2 * padding)
{
    protected override void RenderCore(Rectangle part, Span<float> pixels)
    {
        var (rows, columns) = (Reflect(part.Top, part.Height, Source.Height), Reflect(part.Left, part.Width, Source.Width));
        var needed = Rectangle.FromLTRB(columns.Min(), rows.Min(), columns.Max() + 1, rows.Max() + 1);
        var source = Rent(Channels * needed.Area);
        Source.Render(needed, source);
        var next = 0;
        for (var c = 0; c < Channels; c++)
            foreach (var row in rows)
            {
                var line = source.Slice((c * needed.Height + row - needed.Top) * needed.Width, needed.Width);
                foreach (var column in columns)
                    pixels[next++] = line[column - needed.Left];
            }
    }

    /// <summary>Which rows or columns of the image these are.</summary>
    private int[] Reflect(int start, int count, int size)
    {
        var places = new int[count];
        for (var i = 0; i < count; i++)
        {
            var place = Math.Abs(start + i - padding);
            places[i] = place < size ? place : 2 * (size - 1) - place;
        }

        return places;
    }

    private static int Checked(LazyImage image, int padding)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        return padding < Math.Min(image.Height, image.Width) ? padding : throw new InvalidOperationException(
            $"An image of {image.Height} x {image.Width} (height x width) can't be extended by {padding} pixels of "
            + "its mirror image, which has one less than its sides.");
    }
}

/// <summary>
/// The luma (0.299 R + 0.587 G + 0.114 B) of an image of three channels, in one channel or in several equal ones.
/// </summary>
internal sealed class LumaImage(LazyImage colored, int channels) : LazyImage(colored, channels)
{
    protected override void RenderCore(Rectangle part, Span<float> pixels)
    {
        var planes = Rent(3 * part.Area);
        Source.Render(part, planes);
        var red = planes[..part.Area];
        var green = planes.Slice(part.Area, part.Area);
        var blue = planes[(2 * part.Area)..];
        var luma = pixels[..part.Area];
        var i = 0;
        for (; i <= luma.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (0.299f * new Vector<float>(red[i..]) + 0.587f * new Vector<float>(green[i..])
                + 0.114f * new Vector<float>(blue[i..])).CopyTo(luma[i..]);
        }

        for (; i < luma.Length; i++)
            luma[i] = 0.299f * red[i] + 0.587f * green[i] + 0.114f * blue[i];
        for (var c = 1; c < Channels; c++)
            luma.CopyTo(pixels[(c * part.Area)..]);
    }
}
