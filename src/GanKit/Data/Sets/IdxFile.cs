using System.Buffers.Binary;
using System.IO.Compression;

namespace GanKit.Data;

/// <summary>
/// Reads IDX files, the format of MNIST: a header of big-endian numbers, then bytes; compressed with gzip or not.
/// </summary>
internal static class IdxFile
{
    private const int UnsignedByte = 0x08;

    // Deflate, which gzip is made of, packs at most 258 bytes into 2 bits.
    private const int MostDeflated = 1032;

    /// <summary>Reads grey images.</summary>
    /// <exception cref="InvalidDataException">The file is no IDX file of images, truncated or too long; the message
    /// names it.
    /// </exception>
    internal static (int Count, int Height, int Width, byte[] Values) ReadImages(string path)
    {
        var (shape, values) = Read(path, 3, "images");
        return (shape[0], shape[1], shape[2], values);
    }

    /// <summary>Reads labels.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is no IDX file of labels, truncated or too long, or a label is none of the classes.
    /// </exception>
    /// <param name="path">The file.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="first">The label of the first, which becomes 0.</param>
    internal static byte[] ReadLabels(string path, int classes, int first)
    {
        var (_, labels) = Read(path, 1, "labels");
        RequireLabels(labels, classes, path, first);
        return first == 0 ? labels : Array.ConvertAll(labels, label => (byte)(label - first));
    }

    /// <summary>Throws for the first label that is not one of the classes.</summary>
    internal static void RequireLabels(byte[] labels, int classes, string path, int first = 0)
    {
        var wrong = Array.FindIndex(labels, label => label < first || label - first >= classes);
        if (wrong < 0)
            return;
        var advice = first == 0 && labels.Min() == 1 && labels.Max() == classes
            ? " None is 0, so these begin at 1, as those of EMNIST's letters do: set firstLabel: 1." : "";
        throw new InvalidDataException(
            $"The label at index {wrong} of '{path}' is {labels[wrong]}, but labels go from {first} to {first + classes - 1}.{advice}");
    }

    private static (int[] Shape, byte[] Values) Read(string path, int dimensions, string content)
    {
        using var file = RegularFile.OpenRead(path);
        var compressed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        using var stream = compressed ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;

        Span<byte> word = stackalloc byte[4];
        Fill(stream, word, path, content);
        int magic = BinaryPrimitives.ReadInt32BigEndian(word), expected = UnsignedByte << 8 | dimensions;
        if (magic != expected)
        {
            throw new InvalidDataException(
                $"'{path}' is not an IDX file of {content}: it begins with 0x{magic:X8} where 0x{expected:X8} "
                + $"belongs{Hint(magic)}.");
        }

        var shape = new int[dimensions];
        long length = 1;
        for (var i = 0; i < dimensions; i++)
        {
            Fill(stream, word, path, content);
            shape[i] = BinaryPrimitives.ReadInt32BigEndian(word);
            // Checked one by one, so that a product of absurd numbers can't wrap around to a small one.
            if (shape[i] < 1 || (length *= shape[i]) > Array.MaxLength)
            {
                throw new InvalidDataException(
                    $"The header of '{path}' gives impossible sizes: {string.Join(" x ", shape.Take(i + 1))}.");
            }
        }

        // Before memory is taken for it: a header costs nothing, and can claim any size.
        if (compressed ? length / MostDeflated > file.Length : length > file.Length - file.Position)
            throw Truncated(path, content);
        var values = new byte[length];
        Fill(stream, values, path, content);
        if (stream.ReadByte() != -1)
        {
            throw new InvalidDataException(
                $"'{path}' goes on after the {string.Join(" x ", shape)} {content} that its header announces.");
        }

        return (shape, values);
    }

    private static void Fill(Stream stream, Span<byte> target, string path, string content)
    {
        try
        {
            stream.ReadExactly(target);
        }
        catch (EndOfStreamException)
        {
            throw Truncated(path, content);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"The compressed file '{path}' is damaged: {e.Message}", e);
        }
    }

    private static InvalidDataException Truncated(string path, string content) =>
        new($"'{path}' is truncated: it ends before all the {content} that its header announces.");

    private static string Hint(int magic) => magic switch
    {
        UnsignedByte << 8 | 1 => " (these are labels)",
        UnsignedByte << 8 | 3 => " (these are images)",
        _ => "",
    };
}
