namespace GanKit.Data;

/// <summary>Reads image files of formats that the library itself does not read, or not as well.</summary>
/// <remarks>
/// A decoder is given where files are named, as in <see cref="Images.Read"/> and <see cref="ImageFolder.Load"/>, and is asked before the
/// library's own. The package GanKit.ImageSharp has one for TIFF and for PNG with 16 bits. Loaders call it from several threads at once.
/// </remarks>
public interface IImageDecoder
{
    /// <summary>The endings of files that folders list because of this decoder, in lower case, such as <c>.tif</c>.</summary>
    IReadOnlyList<string> Extensions { get; }

    /// <summary>Whether this decoder is to read a file, by its content.</summary>
    /// <param name="file">The whole file, not empty.</param>
    bool CanDecode(ReadOnlySpan<byte> file);

    /// <summary>Decodes the first frame of a file that <see cref="CanDecode"/> takes, as far as the file goes.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="InvalidDataException">
    /// The file can't be read. The message says why, and the library puts the file's name before it.
    /// </exception>
    DecodedImage Decode(ReadOnlySpan<byte> file);
}
