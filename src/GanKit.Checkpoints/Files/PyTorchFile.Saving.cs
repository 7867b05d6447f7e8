namespace GanKit.Checkpoints;

public sealed partial class PyTorchFile
{
    /// <summary>Writes what <c>torch.load</c> of PyTorch 1.6 and later reads, with <c>weights_only=True</c> too.</summary>
    /// <remarks>
    /// <para>
    /// Networks become ordered dictionaries of their state; tensors plain tensors without gradients, on the CPU, of the
    /// same type and memory layout; dictionaries, lists, numbers, texts, bytes, booleans and null what Python calls so;
    /// <c>object?[]</c> and C#'s tuples tuples; <c>long[]</c> a <c>torch.Size</c>; <c>HashSet&lt;object?&gt;</c> and
    /// <c>HashSet&lt;string&gt;</c> sets; <c>ScalarType</c> and <see cref="PyTorchDtype"/> dtypes;
    /// <see cref="PyTorchDevice"/> devices. <see cref="PyTorchTensor"/> is copied from its open file. So what
    /// <see cref="Root"/> of a file holds can be written again, save <see cref="PyTorchRecord"/>,
    /// <see cref="PyTorchClass"/>, tensors without plain numbers (quantised, sparse), and what contains itself.
    /// </para>
    /// <para>
    /// Tensors that overlap in memory go on sharing it when they are loaded. The numbers go straight from the tensors'
    /// memory into a file beside the place, which is flushed and renamed: it is whole, or the old one is still there.
    /// Missing folders are created. The same value gives the same bytes.
    /// </para>
    /// <code>
    /// PyTorchFile.Save("checkpoint.pth", new Dictionary&lt;string, object?> { ["netG"] = generator, ["epoch"] = 20 });
    /// </code>
    /// </remarks>
    /// <param name="path">The file, <c>.pth</c> or <c>.pt</c> by custom; an existing one is replaced.</param>
    /// <param name="value">The value to save.</param>
    /// <exception cref="ArgumentException">
    /// There is something in the value that no such file can hold, or it contains itself; the message says where.
    /// Nothing was written.
    /// </exception>
    /// <exception cref="CheckpointFormatException">A file that a tensor is copied from turned out to be broken.</exception>
    /// <exception cref="ObjectDisposedException">A file that a tensor is copied from was closed.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Save(string path, object? value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        TorchZipWriter.Write(path, value);
    }

    /// <summary>Writes what <c>torch.load</c> reads into a stream.</summary>
    /// <remarks>See <see cref="Save(string, object?)"/> for what can be saved.</remarks>
    /// <param name="stream">
    /// The stream, which is written from its present position on and stays open. It need not seek.
    /// </param>
    /// <param name="value">The value to save.</param>
    /// <exception cref="ArgumentException">
    /// There is something in the value that no such file can hold, or it contains itself; the message says where.
    /// Nothing was written.
    /// </exception>
    /// <exception cref="CheckpointFormatException">
    /// A file that a tensor is copied from turned out to be broken. Part of the stream was written.
    /// </exception>
    /// <exception cref="ObjectDisposedException">A file that a tensor is copied from was closed.</exception>
    /// <exception cref="IOException">The stream can't be written.</exception>
    public static void Save(Stream stream, object? value)
    {
        ArgumentNullException.ThrowIfNull(stream);
        TorchZipWriter.Write(stream, value);
    }
}
