using System.Collections.ObjectModel;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>
/// Writes safetensors files: a header of JSON, then the tensors as they are in memory. Python's <c>safetensors</c> and
/// Hugging Face's libraries read them, and so does <see cref="PyTorchFile.Open(string)"/>.
/// </summary>
public static class SafetensorsFile
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private static readonly ReadOnlyDictionary<string, string> PyTorchMetadata =
        new(new Dictionary<string, string> { ["format"] = "pt" });

    /// <summary>
    /// Writes tensors under their names; the file appears whole or not at all. Missing folders are created.
    /// </summary>
    /// <remarks>
    /// <para>The same tensors make the same file, byte for byte, and it is the reference implementation's: types with wider
    /// elements first, then by name, the header padded to 8 bytes.</para>
    /// <para>Each tensor is written by itself, row after row. So views that share memory, such as tied weights, are written
    /// once for each, and no longer share it when they are read. Tensors on a device are copied to the CPU one at a
    /// time.</para>
    /// </remarks>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="tensors">
    /// The tensors, for example a network's <c>state_dict()</c>. Every type that TorchSharp has but <c>complex128</c> and
    /// the quantised ones; <c>complex64</c> needs version 0.7 or later of Python's package to be read.
    /// </param>
    /// <param name="metadata">
    /// Texts to write beside them. The default, that of Hugging Face's libraries, is <c>format</c>: <c>pt</c>, without
    /// which some of them refuse a file. An empty dictionary writes none.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A tensor has no numbers in memory or a type that the format has not, or a name is impossible.
    /// </exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Save(
        string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(tensors);
        AtomicFile.Write(path, Prepare(tensors, metadata));
    }

    /// <summary>Writes tensors under their names into a stream, which stays open.</summary>
    /// <inheritdoc cref="Save(string, IReadOnlyDictionary{string, Tensor}, IReadOnlyDictionary{string, string}?)" path="/remarks"/>
    /// <param name="stream">Where the file's bytes go.</param>
    /// <param name="tensors">The tensors, as for a file.</param>
    /// <param name="metadata">The texts, as for a file.</param>
    /// <exception cref="ArgumentException">
    /// A tensor has no numbers in memory or a type that the format has not, or a name is impossible.
    /// </exception>
    public static void Save(
        Stream stream, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        Prepare(tensors, metadata)(stream);
    }

    /// <summary>Checks everything, and returns what will write it.</summary>
    private static Action<Stream> Prepare(
        IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var entries = tensors
            .Select(entry => (
                Name: entry.Key, Bytes: StrictUtf8.GetBytes(entry.Key), Type: TypeOf(entry.Key, entry.Value),
                Tensor: entry.Value))
            .OrderByDescending(entry => SafetensorsDtypes.Rank(entry.Type))
            .ThenBy(entry => entry.Bytes, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))
            .ToArray();
        var header = SafetensorsHeader.Write(
            entries.Select(entry => (
                entry.Name, entry.Type, entry.Tensor.shape, entry.Tensor.NumberOfElements * entry.Tensor.element_size())),
            metadata ?? PyTorchMetadata);
        return stream =>
        {
            stream.Write(header);
            foreach (var entry in entries)
                Write(entry.Tensor, stream);
        };
    }

    private static string TypeOf(string name, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (tensor.IsInvalid)
            throw new ArgumentException($"'{name}' is a tensor that was disposed.");
        if (tensor.is_sparse)
            throw new ArgumentException($"'{name}' is a sparse tensor; call to_dense() first.");
        if (tensor.device_type == DeviceType.META)
            throw new ArgumentException($"'{name}' is a tensor on the meta device, which has no numbers.");
        return SafetensorsDtypes.NameOf(tensor.dtype)
            ?? throw new ArgumentException(
                $"'{name}' is of type {tensor.dtype}, which safetensors has not. It has {SafetensorsDtypes.Names}.");
    }

    private static void Write(Tensor tensor, Stream stream)
    {
        using var scope = NewDisposeScope();
        var numbers = tensor.detach();
        if (numbers.is_conj())
            numbers = numbers.resolve_conj(); // marked as conjugated, or negated below: its memory holds other numbers
        if (numbers.is_neg())
            numbers = numbers.resolve_neg();
        numbers.cpu().contiguous().VisitBytes((_, bytes) => stream.Write(bytes));
    }
}
