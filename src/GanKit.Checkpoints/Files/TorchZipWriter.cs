using System.Text;
using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>
/// Writes what <c>torch.save</c> has written since PyTorch 1.6: a zip archive of a pickle and the storages.
/// </summary>
internal static class TorchZipWriter
{
    private const string FolderOfStreams = "archive"; // PyTorch's name for it, too

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <exception cref="ArgumentException">The value holds what no file can; nothing was written.</exception>
    internal static void Write(string path, object? value)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        Write(value, (pickle, storages) => AtomicFile.Write(path, stream =>
            Write(stream, name.Length > 0 && Ascii.IsValid(name) ? name : FolderOfStreams, pickle, storages)));
    }

    /// <summary>Writes to a stream, from its present position on.</summary>
    /// <exception cref="ArgumentException">The value holds what no file can; nothing was written.</exception>
    internal static void Write(Stream stream, object? value) =>
        Write(value, (pickle, storages) => Write(stream, FolderOfStreams, pickle, storages));

    private static void Write(object? value, Action<ReadOnlyMemory<byte>, IReadOnlyList<SavedStorage>> write)
    {
        NativeBackend.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var tree = new SavedTree(value);
        StoragePlan.Make(tree.Tensors);
        var (pickle, storages) = TreePickler.Write(tree.Root);
        write(pickle, storages);
    }

    private static void Write(
        Stream stream, string folder, ReadOnlyMemory<byte> pickle, IReadOnlyList<SavedStorage> storages)
    {
        var zip = new StoredZipWriter(stream);
        zip.Add($"{folder}/data.pkl", pickle);
        zip.Add($"{folder}/byteorder", "little"u8.ToArray());
        for (var i = 0; i < storages.Count; i++)
            zip.Add($"{folder}/data/{i}", storages[i].ByteCount, storages[i].Write);
        zip.Add($"{folder}/version", "3\n"u8.ToArray());
        zip.Finish();
    }
}
