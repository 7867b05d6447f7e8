namespace GanKit.Checkpoints;

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
