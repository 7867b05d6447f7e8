namespace GanKit.Data;

/// <summary>Writes images in a format that the library itself does not write: see <see cref="Images.Write"/>.</summary>
/// <remarks>The package GanKit.ImageSharp has encoders for PNG with 16 bits and for TIFF.</remarks>
public interface IImageEncoder
{
    /// <summary>The endings of file names that are allowed, in lower case, such as <c>.tif</c>.</summary>
    IReadOnlyList<string> Extensions { get; }

    /// <summary>The bits of a value in the file: 8 or 16.</summary>
    int Bits { get; }

    /// <summary>Makes a whole file.</summary>
    /// <param name="pixels">The pixels, of <see cref="Bits"/> bits a value.</param>
    /// <exception cref="ArgumentException">The format does not have this number of channels or this size.</exception>
    byte[] Encode(PixelBuffer pixels);
}
