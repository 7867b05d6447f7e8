namespace GanKit.Checkpoints;

/// <summary>A tensor on its way into a file: where its elements are, and which storage of the file they go into.</summary>
/// <param name="dtype">The type of its elements.</param>
/// <param name="shape">Its sizes.</param>
/// <param name="strides">Elements from one index to the next.</param>
internal abstract class SavedTensor(PyTorchDtype dtype, long[] shape, long[] strides)
{
    internal PyTorchDtype Dtype => dtype;

    internal long[] Shape => shape;

    /// <summary>Its strides in the memory where it is.</summary>
    internal long[] Strides => strides;

    /// <summary>How many elements there are.</summary>
    internal long Count { get; } = shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>How many elements of the memory lie from the first to the last, both included.</summary>
    internal long Extent => Count == 0 ? 0 : 1 + shape.Zip(strides, (size, stride) => (size - 1) * stride).Sum();

    /// <summary>The memory that <see cref="Start"/> counts in: tensors of the same memory may overlap.</summary>
    internal abstract object Memory { get; }

    /// <summary>The place of its first element in the memory, in bytes.</summary>
    internal abstract long Start { get; }

    /// <summary>The place after its last element in the memory, in bytes.</summary>
    internal long End => Start + Extent * dtype.ElementSize;

    /// <summary>Where it goes.</summary>
    internal SavedStorage Storage { get; private set; } = null!;

    /// <summary>Its first element's index in <see cref="Storage"/>.</summary>
    internal long Offset { get; private set; }

    /// <summary>Its strides in <see cref="Storage"/>.</summary>
    internal long[] SavedStrides { get; private set; } = [];

    /// <summary>Says where it goes.</summary>
    internal void Place(SavedStorage storage, long offset, long[] savedStrides) =>
        (Storage, Offset, SavedStrides) = (storage, offset, savedStrides);

    /// <summary>Row-major strides of its sizes.</summary>
    internal long[] CompactStrides()
    {
        var compact = new long[shape.Length];
        var stride = 1L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            compact[i] = stride;
            stride *= Math.Max(shape[i], 1);
        }

        return compact;
    }

    /// <summary>Gives elements of its memory, gaps and all.</summary>
    /// <param name="start">The first one's place in the memory, in bytes.</param>
    /// <param name="count">How many.</param>
    /// <param name="sink">Takes their bytes.</param>
    internal abstract void WriteMemory(long start, long count, StoredZipWriter.Sink sink);

    /// <summary>Gives its elements alone, in row-major order.</summary>
    internal abstract void WriteElements(StoredZipWriter.Sink sink);
}

/// <summary>A storage of a file to be written: <c>data/N</c>.</summary>
/// <param name="dtype">The type of its elements.</param>
/// <param name="count">How many there are.</param>
/// <param name="write">Gives their bytes.</param>
internal sealed class SavedStorage(PyTorchDtype dtype, long count, Action<StoredZipWriter.Sink> write)
{
    internal PyTorchDtype Dtype => dtype;

    internal long Count => count;

    internal long ByteCount => count * dtype.ElementSize;

    internal void Write(StoredZipWriter.Sink sink) => write(sink);
}

/// <summary>A dictionary on its way into a file.</summary>
/// <param name="isOrdered">Whether Python gets an <c>OrderedDict</c>, as state dicts are, and not a <c>dict</c>.</param>
/// <param name="entries">Keys and values, in order.</param>
internal sealed class SavedDict(bool isOrdered, List<(object? Key, object? Value)> entries)
{
    internal bool IsOrdered => isOrdered;

    internal IReadOnlyList<(object? Key, object? Value)> Entries => entries;
}
