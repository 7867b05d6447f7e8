using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>A tensor in an open file: what it is, without its numbers. <see cref="Read()"/> fetches those.</summary>
/// <remarks>Use it while its <see cref="PyTorchFile"/> is open, from one thread at a time.</remarks>
public sealed class PyTorchTensor
{
    private readonly long[] _shape;
    private readonly long[] _strides;
    private readonly long _offset;
    private readonly StorageData _storage;

    /// <summary>Describes a view of a storage.</summary>
    /// <param name="storage">The memory behind it.</param>
    /// <param name="dtype">The type of the elements.</param>
    /// <param name="shape">The sizes, none negative.</param>
    /// <param name="strides">Elements from one index to the next, none negative; null means row-major.</param>
    /// <param name="offset">The first element's index in the storage.</param>
    /// <exception cref="CheckpointFormatException">The view does not lie within the storage.</exception>
    internal PyTorchTensor(StorageData storage, PyTorchDtype dtype, long[] shape, long[]? strides = null, long offset = 0)
    {
        (_storage, Dtype, _shape, _strides, _offset) = (storage, dtype, shape, strides ?? RowMajor(shape), offset);
        if (_strides.Length != shape.Length || shape.Any(size => size < 0) || _strides.Any(stride => stride < 0)
            || offset < 0)
            throw Wrong("sizes, strides and offset must not be negative, and as many strides as sizes");
        Extent = MeasureExtent();
        if (ElementCount > 0 && Extent > storage.Length / dtype.ElementSize - offset)
        {
            throw Wrong(
                $"it needs {Extent} elements from index {offset} on, of a storage of {storage.Length / dtype.ElementSize}");
        }


        Exception Wrong(string why) => new CheckpointFormatException(
            $"a {dtype} tensor of sizes {TensorExtensions.DescribeShape(shape)}, strides "
            + $"{TensorExtensions.DescribeShape(_strides)} and offset {offset} is impossible: {why}.");
    }

    /// <summary>The sizes; none for a single number.</summary>
    public IReadOnlyList<long> Shape => _shape;

    /// <summary>How many elements of the storage lie between one index and the next, for each dimension.</summary>
    public IReadOnlyList<long> Strides => _strides;

    /// <summary>The type of the elements.</summary>
    public PyTorchDtype Dtype { get; }

    /// <summary>Whether it was a <c>torch.nn.Parameter</c>.</summary>
    public bool IsParameter { get; internal init; }

    /// <summary>Whether it asked for gradients.</summary>
    public bool RequiresGrad { get; internal set; }

    /// <summary>
    /// Where it was when it was saved: <c>cpu</c>, <c>cuda:0</c>... It is read into the CPU's memory, whatever this
    /// says.
    /// </summary>
    public string SavedOn { get; internal init; } = "cpu";

    /// <summary>How many elements it has.</summary>
    public long ElementCount { get; private set; }

    /// <summary>Bytes that its elements take.</summary>
    public long ByteCount => ElementCount * Dtype.ElementSize;

    /// <summary>
    /// Why <see cref="Read()"/> will refuse: a type that TorchSharp has not, a sparse tensor...; null where it will not.
    /// </summary>
    public string? Unreadable
    {
        get => field
            ?? (Dtype.ScalarType is null ? $"TorchSharp has no tensors of {Dtype}"
            : Pending is { IsNegative: true } && Dtype.ScalarType is ScalarType.Bool ? "there is no negative of bool"
            : null);
        internal init;
    }

    /// <summary>
    /// An operation that PyTorch applies to the numbers of the storage on use: a conjugate or negative view.
    /// </summary>
    internal PendingView? Pending { get; init; }

    /// <summary>How many elements of the storage the view spans, with gaps.</summary>
    internal long Extent { get; }

    /// <summary>
    /// Where its numbers lie in the file: equal for tensors that begin at the same number of the same storage, such as tied weights.
    /// </summary>
    public object Place => (_storage, _offset);

    /// <summary>Tensors of the same storage are views of the same memory.</summary>
    internal StorageData Storage => _storage;

    /// <summary>Where the view begins in the storage, in elements.</summary>
    internal long Offset => _offset;

    /// <summary>Reads the numbers into a new tensor on the CPU. It has these strides, as PyTorch's own would.</summary>
    /// <returns>The tensor, without gradients; the caller owns it.</returns>
    /// <exception cref="CheckpointFormatException">
    /// The file ends too early, or <see cref="Unreadable"/> says why not.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public Tensor Read() => Read(CancellationToken.None);

    /// <summary>Reads the numbers, unless that is cancelled meanwhile.</summary>
    internal Tensor Read(CancellationToken cancellation)
    {
        ThrowIfUnreadable();
        NativeBackend.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var elements = ReadElements(_storage, Dtype, _offset, Extent, cancellation);
        return View(Pending is null ? elements : Pending.Apply(elements), _offset).MoveToOuterDisposeScope();
    }

    /// <summary>A short description: <c>float32 (64, 3, 7, 7)</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Dtype} {TensorExtensions.DescribeShape(_shape)}";

    /// <summary>
    /// Reads the numbers into an existing tensor of the same sizes, on any device and of any type, converting them.
    /// </summary>
    internal void ReadInto(Tensor destination)
    {
        ThrowIfUnreadable();
        var inPlace = Pending is null && destination.device_type == TorchSharp.DeviceType.CPU
            && destination.dtype == Dtype.ScalarType && destination.is_contiguous()
            && _strides.AsSpan().SequenceEqual(RowMajor(_shape));
        if (inPlace)
        {
            destination.VisitBytes((position, bytes) => _storage.Read(_offset * Dtype.ElementSize + position, bytes));
            return;
        }

        using var value = Read();
        destination.copy_(value.reshape(destination.shape)); // sizes (1) may stand for none
    }

    /// <summary>Reads a stretch of a storage into a new tensor of one dimension.</summary>
    internal static Tensor ReadElements(
        StorageData storage, PyTorchDtype dtype, long offset, long count, CancellationToken cancellation = default)
    {
        const long Cancellable = 1 << 24; // a few milliseconds of a disk
        var elements = empty(count, dtype.ScalarType, CPU);
        elements.VisitBytes(
            (position, bytes) =>
            {
                cancellation.ThrowIfCancellationRequested();
                storage.Read(offset * dtype.ElementSize + position, bytes);
            },
            cancellation.CanBeCanceled ? Cancellable : TensorBytes.Stretch);
        return elements;
    }

    /// <summary>
    /// This tensor as a view of elements of its storage, as <see cref="Pending"/> has them; the first has index
    /// <paramref name="start"/>.
    /// </summary>
    internal Tensor View(Tensor elements, long start)
    {
        if (ElementCount == 0)
            return empty(_shape, Dtype.ScalarType, CPU); // it shares nothing, and its offset may be anything
        return elements.as_strided(_shape, _strides, _offset - start);
    }

    /// <summary>The same numbers under other circumstances.</summary>
    internal PyTorchTensor With(bool isParameter, bool requiresGrad, string? savedOn = null) =>
        new(_storage, Dtype, _shape, _strides, _offset)
        {
            IsParameter = isParameter,
            RequiresGrad = requiresGrad,
            SavedOn = savedOn ?? SavedOn,
            Unreadable = Unreadable,
            Pending = Pending,
        };

    private void ThrowIfUnreadable()
    {
        if (Unreadable is not null)
            throw new CheckpointFormatException($"a tensor can't be read: {Unreadable}.");
    }

    private static long[] RowMajor(long[] shape)
    {
        var strides = new long[shape.Length];
        var stride = 1L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride = unchecked(stride * Math.Max(shape[i], 1));
        }

        return strides;
    }

    /// <summary>One more than the distance from the first element to the last; an overflow counts as endless.</summary>
    private long MeasureExtent()
    {
        try
        {
            checked
            {
                ElementCount = _shape.Aggregate(1L, (product, size) => product * size);
                _ = ElementCount * Dtype.ElementSize;
                _ = _shape.Aggregate(1L, (product, size) => product * Math.Max(size, 1)); // libtorch multiplies so
                return ElementCount == 0 ? 0 : 1 + _shape.Zip(_strides).Sum(pair => (pair.First - 1) * pair.Second);
            }
        }
        catch (OverflowException)
        {
            ElementCount = long.MaxValue;
            return long.MaxValue;
        }
    }
}
