using System.Text;
using TorchSharp;

namespace GanKit.Checkpoints;

/// <summary>
/// Reads what TorchSharp's <c>Module.save</c> writes (.dat): a count, then for each tensor its name, its type, its sizes
/// and its numbers. Counts, types and sizes are integers in groups of seven bits. Nothing in the format says what it is.
/// </summary>
internal static class TorchSharpReader
{
    private const int MostDimensions = 64; // libtorch's own limit
    private const int LongestName = 100_000;
    private const int MostTensors = 1_000_000; // an empty one takes a hundred times its bytes in the file

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>
    /// Whether a file that begins so may be one: a printable name, a type that exists, a possible number of sizes.
    /// </summary>
    internal static bool Recognizes(ReadOnlySpan<byte> head)
    {
        if (head is [0])
            return true; // a module without weights
        try
        {
            using var reader = new BinaryReader(new MemoryStream(head.ToArray()));
            return reader.Read7BitEncodedInt64() > 0
                && ReadName(reader) is { Length: > 0 } name && !name.Any(char.IsControl)
                && DtypeOf(reader.Read7BitEncodedInt64()) is not null
                && reader.Read7BitEncodedInt64() is >= 0 and <= MostDimensions;
        }
        catch (Exception error) when (error is EndOfStreamException or FormatException or DecoderFallbackException)
        {
            return false;
        }
    }

    /// <exception cref="CheckpointFormatException">It is truncated, or no such file.</exception>
    internal static CheckpointContent Open(string path)
    {
        var stream = new FileStream(CheckpointOpener.OpenHandle(path), FileAccess.Read);
        try
        {
            return new(CheckpointFormat.TorchSharp, Read(stream), stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static PyTorchDict Read(FileStream stream)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        var root = new PyTorchDict();
        var place = "the count of tensors";
        try
        {
            var count = reader.Read7BitEncodedInt64();
            while (root.Count < count)
            {
                place = $"the name of tensor {root.Count + 1} of {count}";
                var name = ReadName(reader);
                place = $"'{name}'";
                if (root.TryGetValue(name, out _))
                    throw new CheckpointFormatException($"it holds {place} twice.");
                root[name] = root.Count < MostTensors
                    ? ReadTensor(reader, stream, place)
                    : throw new CheckpointFormatException($"it holds {count} tensors; at most {MostTensors} are read.");
            }
        }
        catch (Exception error) when (error is EndOfStreamException or FormatException or DecoderFallbackException)
        {
            var what = error is EndOfStreamException ? "cut off" : "damaged";
            throw new CheckpointFormatException($"{place} is {what} at byte {stream.Position}.", error);
        }

        if (stream.Position < stream.Length)
        {
            throw new CheckpointFormatException(
                $"its tensors end at byte {stream.Position}, and {stream.Length - stream.Position} more bytes follow.");
        }

        return root;
    }

    private static string ReadName(BinaryReader reader)
    {
        var length = reader.Read7BitEncodedInt64();
        if (length is < 0 or > LongestName)
            throw new FormatException($"A name of {length} bytes.");
        var bytes = reader.ReadBytes((int)length);
        return bytes.Length == length ? StrictUtf8.GetString(bytes) : throw new EndOfStreamException();
    }

    /// <summary>Reads a tensor's description, and passes over its numbers.</summary>
    private static PyTorchTensor ReadTensor(BinaryReader reader, FileStream stream, string place)
    {
        var type = reader.Read7BitEncodedInt64();
        var dtype = DtypeOf(type)
            ?? throw new CheckpointFormatException($"{place} has elements of type {type}, which TorchSharp has not.");
        var dimensions = reader.Read7BitEncodedInt64();
        if (dimensions is < 0 or > MostDimensions)
            throw new CheckpointFormatException($"{place} has {dimensions} dimensions, and {MostDimensions} are possible.");
        var shape = new long[dimensions];
        foreach (ref var size in shape.AsSpan())
            size = reader.Read7BitEncodedInt64();

        var start = stream.Position;
        if (dtype.BytesOf(shape) is not { } length || length > stream.Length - start)
        {
            throw new CheckpointFormatException(
                $"{place} has sizes {TensorExtensions.DescribeShape(shape)} of {dtype}, " +
                $"and {stream.Length - start} bytes are left of the file.");
        }

        stream.Position += length;
        return new(new FileData(stream.SafeFileHandle, start, length), dtype, shape)
        {
            Unreadable = dtype.ScalarType is null ? $"{dtype} is a quantised type" : null,
        };
    }

    /// <summary>The type that has this number in TorchSharp and libtorch.</summary>
    private static PyTorchDtype? DtypeOf(long type) => type switch
    {
        (long)torch.ScalarType.QInt8 => PyTorchDtype.Find("qint8"),
        (long)torch.ScalarType.QUInt8 => PyTorchDtype.Find("quint8"),
        (long)torch.ScalarType.QInt32 => PyTorchDtype.Find("qint32"),
        >= 0 and <= sbyte.MaxValue when Enum.IsDefined((torch.ScalarType)type) => PyTorchDtype.Of((torch.ScalarType)type),
        _ => null,
    };
}
