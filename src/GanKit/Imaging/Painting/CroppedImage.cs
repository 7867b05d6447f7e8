namespace GanKit;

/// <summary>A part of another image.</summary>
internal sealed class CroppedImage(LazyImage image, Window window) : LazyImage(image.Channels, window.Height, window.Width)
{
    internal override void Paint(Window part, Span<float> target, Workbench bench) =>
        image.Paint(InImage(part), target, bench);

    internal override void PaintLanes(Window strip, Span<float> lanes, Workbench bench) =>
        image.PaintLanes(InImage(strip), lanes, bench);

    private Window InImage(Window part) => part with { Top = window.Top + part.Top, Left = window.Left + part.Left };
}
