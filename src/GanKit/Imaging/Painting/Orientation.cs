using SkiaSharp;

namespace GanKit.Data;

/// <summary>How stored pixels have to be turned to be upright: the orientations of EXIF.</summary>
internal readonly record struct Orientation(bool Transposes, bool FlipsRows, bool FlipsColumns)
{
    internal bool IsUpright => this == default;

    internal static Orientation Of(SKEncodedOrigin origin) => origin switch
    {
        SKEncodedOrigin.TopRight => new(false, false, true),
        SKEncodedOrigin.BottomRight => new(false, true, true),
        SKEncodedOrigin.BottomLeft => new(false, true, false),
        SKEncodedOrigin.LeftTop => new(true, false, false),
        SKEncodedOrigin.RightTop => new(true, false, true),
        SKEncodedOrigin.RightBottom => new(true, true, true),
        SKEncodedOrigin.LeftBottom => new(true, true, false),
        _ => default,
    };

    /// <summary>Turns an image.</summary>
    /// <param name="stored">Pixels row by row, as they are stored.</param>
    /// <param name="height">Rows of the upright image.</param>
    /// <param name="width">Columns of the upright image.</param>
    /// <param name="upright">Where the pixels of the upright image go.</param>
    internal void Turn<T>(ReadOnlySpan<T> stored, int height, int width, Span<T> upright)
    {
        for (var y = 0; y < height; y++)
        {
            var row = FlipsRows ? height - 1 - y : y;
            for (var x = 0; x < width; x++)
            {
                var column = FlipsColumns ? width - 1 - x : x;
                upright[y * width + x] = stored[Transposes ? column * height + row : row * width + column];
            }
        }
    }
}
