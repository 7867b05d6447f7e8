using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace GanKit.Data;

/// <summary>A short text by which a data set is known again.</summary>
internal static class DataDigest
{
    private const long SliceBytes = 64 << 20;
    private const int Shown = 8; // bytes of a hash

    /// <summary>Of tensors, by shape, type and every number.</summary>
    internal static string Of(IReadOnlyList<Tensor?> tensors)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in tensors.OfType<Tensor>())
        {
            hash.AppendData(Encoding.UTF8.GetBytes(tensor.Describe() + tensor.dtype));
            var rows = Math.Clamp(SliceBytes * tensor.shape[0] / Math.Max(tensor.numel() * tensor.element_size(), 1), 1, tensor.shape[0]);
            for (var row = 0L; row < tensor.shape[0]; row += rows)
            {
                using var slice = tensor.narrow(0, row, Math.Min(rows, tensor.shape[0] - row)).cpu().contiguous();
                hash.AppendData(slice.bytes);
            }
        }

        return Text($"tensors {string.Join(", ", tensors.OfType<Tensor>().Select(tensor => tensor.Describe()))}", hash);
    }

    /// <summary>Of pictures, by how many there are, their names without folders, classes and attributes; no pixel is read.</summary>
    internal static string Of(ImageSource source)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(long)];
        foreach (var text in source.Classes.Concat(source.Attributes))
            hash.AppendData(Encoding.UTF8.GetBytes($"{text}\n"));
        for (var i = 0; i < source.Count; i++)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetFileName(source.Name(i))}\n"));
            BinaryPrimitives.WriteInt64LittleEndian(number, source.Label(i) ?? -1);
            hash.AppendData(number);
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(source.AttributesOf(i)));
        }

        foreach (var inner in source.Domains)
            hash.AppendData(Encoding.UTF8.GetBytes(Of(inner)));

        return Text(string.Create(CultureInfo.InvariantCulture, $"{source.Count} pictures"), hash);
    }

    private static string Text(string what, IncrementalHash hash) => $"{what}, {Convert.ToHexStringLower(hash.GetHashAndReset()[..Shown])}";
}
