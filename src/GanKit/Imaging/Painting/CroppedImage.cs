namespace GanKit;

/// <summary>A part of another image.</summary>
internal sealed class CroppedImage(LazyImage image, Window window) : LazyImage(image.Channels, window.Height, window.Width)
{
    internal override void Paint(Window part, Span<float> target, Workbench bench) =>
        image.Paint(part with { Top = window.Top + part.Top, Left = window.Left + part.Left }, target, bench);
}
