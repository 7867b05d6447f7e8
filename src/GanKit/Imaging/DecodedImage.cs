namespace GanKit.Data;

/// <summary>The result of an <see cref="IImageDecoder"/>.</summary>
/// <param name="Pixels">The pixels in the order of the file. A fourth channel is alpha, not premultiplied.</param>
public sealed record DecodedImage(PixelBuffer Pixels)
{
    /// <summary>
    /// How the pixels have to be turned, as EXIF numbers it, 1 to 8; 1, upright, by default and for any other number. The library itself
    /// looks it up in PNG.
    /// </summary>
    public int Orientation { get; init; } = 1;

    /// <summary>How many frames or pages the file has, of which this is the first; 1 by default.</summary>
    public int Frames { get; init; } = 1;

    /// <summary>Whether the file breaks off, so that pixels are missing: an error unless truncated images are taken.</summary>
    public bool IsTruncated { get; init; }
}
