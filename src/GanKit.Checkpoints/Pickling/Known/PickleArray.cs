namespace GanKit.Checkpoints;

/// <summary>A NumPy array between its creation, which says nothing of it, and the state that says all.</summary>
/// <param name="origin">The call that created it.</param>
internal sealed class PickleArray(PyTorchRecord origin) : PicklePlaceholder
{
    private object? _value;

    internal bool IsFilled => _value is not null;

    internal override object Resolve() =>
        _value ?? throw new CheckpointFormatException("a NumPy array is used before it has content.");

    /// <summary>
    /// Takes (version, shape, dtype, whether the first index runs fastest, bytes); the oldest have no version.
    /// </summary>
    internal void Fill(PickleMachine machine, object? state)
    {
        if (state is not object?[] { Length: 4 or 5 } parts)
        {
            throw new CheckpointFormatException(
                $"a NumPy array's state should be a tuple of five, not {PickleCall.Describe(state)}.");
        }

        var call = new PickleCall(machine, origin.Class, parts.Length == 5 ? parts[1..] : parts);
        if (NumpyDtype.Of(call[1]) is { } dtype)
        {
            _value = Describe(machine, call.Bytes(3), dtype, call.Sizes(0), call.Flag(2));
            return;
        }

        // Texts, objects and structures are no tensors.
        origin.State = state;
        _value = origin;
    }

    internal static PyTorchTensor Describe(
        PickleMachine machine, StorageData bytes, NumpyDtype dtype, long[] shape, bool isFortran)
    {
        // Each array has memory of its own, so many of the same bytes are more than the file.
        machine.Budget.Copy(bytes.Length);
        return new(dtype.InOrder(bytes), dtype.Dtype, shape, isFortran ? ColumnMajor(shape) : null);
    }

    private static long[] ColumnMajor(long[] shape)
    {
        var strides = new long[shape.Length];
        var stride = 1L;
        for (var i = 0; i < shape.Length; i++)
        {
            strides[i] = stride;
            stride = unchecked(stride * Math.Max(shape[i], 1));
        }

        return strides;
    }
}
