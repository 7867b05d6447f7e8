using System.Buffers;

namespace GanKit.Checkpoints;

/// <summary>Opens what torch.save and pickle.dump write, in any of their three formats.</summary>
internal static class TorchReader
{
    /// <summary>Which of torch.save's two formats begins so; null for neither.</summary>
    internal static CheckpointFormat? Recognize(ReadOnlySpan<byte> head) =>
        head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8) ? CheckpointFormat.PyTorchZip
        : TorchLegacy.Recognizes(head) ? CheckpointFormat.PyTorchLegacy
        : null;

    /// <exception cref="CheckpointFormatException">It is broken or refused.</exception>
    internal static CheckpointContent Open(string path, CheckpointFormat format)
    {
        var handle = CheckpointOpener.OpenHandle(path);
        try
        {
            return new(format, Read(new FileData(handle, 0, RandomAccess.GetLength(handle)), format), handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads bytes from anywhere.</summary>
    /// <exception cref="CheckpointFormatException">They are broken or refused.</exception>
    internal static object? Read(StorageData file, CheckpointFormat format)
    {
        var context = new PickleContext(new PickleBudget(file.Length));
        return format switch
        {
            CheckpointFormat.PyTorchZip => TorchZip.Read(file, context),
            CheckpointFormat.PyTorchLegacy => TorchLegacy.Read(file, context),
            _ => PickleFile.Read(file, context),
        };
    }
}

/// <summary>A bare pickle, as <c>pickle.dump</c> writes it. Tensors in it are files of torch.save, as bytes.</summary>
internal static class PickleFile
{
    private static readonly SearchValues<byte> OfModules =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."u8);

    internal static object? Read(StorageData file, PickleContext context) =>
        PickleMachine.Load(new(file, "the pickle"), context);

    /// <summary>
    /// Whether a file begins as a pickle does. Protocols from 2 on say so in their first bytes; older ones begin with what
    /// they hold, which is a container or an object in all files of interest.
    /// </summary>
    internal static bool Recognizes(ReadOnlySpan<byte> head) => head switch
    {
        [0x80, >= 2 and <= 5, ..] => true,
        [(byte)'(', var first, ..] => "dlticNISV"u8.Contains(first),
        [(byte)']' or (byte)'}', (byte)'q', ..] => true,
        [(byte)'c', var letter, ..] when letter == '_' || char.IsAsciiLetterLower((char)letter) =>
            head.IndexOf((byte)'\n') is > 0 and var end && !head[1..end].ContainsAnyExcept(OfModules), // a text goes on
        _ => false,
    };
}

/// <summary>A file of torch.save that stands as bytes in a pickle: so do storages pickle themselves.</summary>
internal static class NestedTorchFile
{
    internal static object? Read(StorageData file, PickleContext context)
    {
        if (context.Nesting == PickleContext.DeepestNesting)
        {
            throw new CheckpointFormatException(
                $"files lie within files more than {PickleContext.DeepestNesting} levels deep.");
        }

        context.Budget.Copy(file.Length);
        var inner = context with { FindPersistent = PickleContext.RefuseReference, Nesting = context.Nesting + 1 };
        Span<byte> head = stackalloc byte[(int)Math.Min(file.Length, 32)];
        file.Read(0, head);
        return TorchReader.Recognize(head) switch
        {
            CheckpointFormat.PyTorchZip => TorchZip.Read(file, inner),
            CheckpointFormat.PyTorchLegacy => TorchLegacy.Read(file, inner, "the file within"),
            _ => throw new CheckpointFormatException("the bytes of a storage are no file of torch.save."),
        };
    }
}

/// <summary>The reference that torch.save writes in place of a storage: its place and its type.</summary>
/// <param name="Dtype">The type of its elements; bytes where the storage has no type.</param>
/// <param name="Key">The storage's name in the file.</param>
/// <param name="Location">The device it was on.</param>
/// <param name="Count">How many elements it has.</param>
/// <param name="View">Of the oldest files: the part of the storage that is meant, or null for all of it.</param>
internal sealed record StorageReference(
    PyTorchDtype Dtype, string Key, string Location, long Count, (long Start, long Count)? View)
{
    private const int LongestKey = 200;

    /// <summary>Bytes of the storage.</summary>
    internal long ByteCount { get; } = Count >= 0 && Count <= long.MaxValue / Dtype.ElementSize
        ? Count * Dtype.ElementSize
        : throw new CheckpointFormatException($"a storage of {Count} elements is impossible.");

    /// <summary>Of ('storage', class, key, location, count[, view]).</summary>
    internal static StorageReference Of(object? id)
    {
        if (id is not object?[] { Length: 5 or 6 } parts
            || parts is not ["storage", _, string { Length: <= LongestKey } or long, string location, long count, ..])
        {
            throw new CheckpointFormatException(
                "a reference outside of the pickle should be ('storage', class, key, location, count).");
        }

        var dtype = TorchTypes.DtypeOfStorage(parts[1]);
        return new(dtype, $"{parts[2]}", location, count, parts.Length == 6 ? ReadView(parts[5], count) : null);
    }

    /// <summary>The tensor that stands for the storage: one dimension, all of its elements.</summary>
    internal PyTorchTensor Describe(StorageData data) =>
        new(data, Dtype, [View?.Count ?? Count], [1], View?.Start ?? 0) { SavedOn = Location };

    private static (long Start, long Count)? ReadView(object? view, long count) => view switch
    {
        null => null,
        object?[] and [_, >= 0L and long start, >= 0L and long length] when start <= count && length <= count - start
            => (start, length),
        _ => throw new CheckpointFormatException("a view of a storage should be (key, start, count), within the storage."),
    };
}
