namespace GanKit;

/// <summary>Another image with left and right swapped.</summary>
internal sealed class FlippedImage(LazyImage image) : LazyImage(image.Channels, image.Height, image.Width)
{
    internal override void Paint(Window part, Span<float> target, Workbench bench)
    {
        image.Paint(part with { Left = Width - part.Left - part.Width }, target, bench);
        for (var row = 0; row < Channels * part.Height; row++)
            target.Slice(row * part.Width, part.Width).Reverse();
    }
}
