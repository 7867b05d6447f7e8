namespace GanKit;

/// <summary>A part of an image, in pixels.</summary>
internal readonly record struct Window(int Top, int Left, int Height, int Width)
{
    /// <summary>The pixels of one channel.</summary>
    internal int Area => Height * Width;
}
