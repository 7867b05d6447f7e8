namespace GanKit.Checkpoints;

/// <summary>The description of one tensor in a file.</summary>
/// <param name="Name">Where it stands: <c>netG.model.1.weight</c>, the way from the root joined by dots.</param>
/// <param name="Shape">The sizes; none for a single number.</param>
/// <param name="Dtype">The type of its elements.</param>
/// <param name="ByteCount">The bytes that its elements take.</param>
/// <param name="SavedOn">Where it was when it was saved: <c>cpu</c>, <c>cuda:0</c>...</param>
/// <param name="Unreadable">
/// Why its numbers can't be read (<see cref="PyTorchTensor.Unreadable"/>); null where they can.
/// </param>
public sealed record CheckpointTensor(
    string Name, IReadOnlyList<long> Shape, PyTorchDtype Dtype, long ByteCount, string SavedOn, string? Unreadable = null)
{
    /// <summary>How many elements it has.</summary>
    public long ElementCount => ByteCount / Dtype.ElementSize;

    /// <summary>
    /// Type, sizes, bytes, and the device if it is not the CPU: <c>float32 (64, 3, 7, 7), 37.6 kB, cuda:0</c>.
    /// </summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        $"{Dtype} {TensorExtensions.DescribeShape([.. Shape])}, {Printable.Bytes(ByteCount)}" +
        (SavedOn == "cpu" ? "" : $", {Printable.Text(SavedOn, 20)}") +
        (Unreadable is null ? "" : $", can't be read: {Printable.Text(Unreadable, 60)}");
}
