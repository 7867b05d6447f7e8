using System.IO.Compression;
using static GanKit.Tests.PyTorch.Pickle;

namespace GanKit.Tests.PyTorch;

/// <summary>Files of torch.save, made here: one vector of three floats, 1 to 3, under the name <c>w</c>.</summary>
internal static class TorchBytes
{
    public const string Magic = "\u0080\u0002\u008a\u000al\u00fc\u009cF\u00f9 j\u00a8P\u0019.";

    public static byte[] Numbers { get; } = [.. new[] { 1f, 2f, 3f }.SelectMany(BitConverter.GetBytes)];

    public static string Storage(string key = "0", int count = 3, string type = "FloatStorage", string view = "") =>
        Tuple(Text("storage"), Global($"torch.{type}"), Text(key), Text("cuda:0"), Int(count), view) + "Q";

    public static string Tensor(string storage, int offset = 0, int size = 3) =>
        Call("torch._utils._rebuild_tensor_v2", storage, Int(offset), Ints(size), Ints(1), "\u0089", Call(
            "collections.OrderedDict"));

    public static string StateDict(string storage) => $"\u0080\u0002{Dict(Text("w"), Tensor(storage))}.";

    /// <summary>The entries of such an archive.</summary>
    public static Dictionary<string, byte[]> Entries(string? pickle = null, string folder = "archive/") => new()
    {
        [$"{folder}data.pkl"] = Bytes(pickle ?? StateDict(Storage())),
        [$"{folder}data/0"] = Numbers,
        [$"{folder}version"] = Bytes("3\n"),
    };

    public static byte[] Zip(Dictionary<string, byte[]> entries, CompressionLevel level = CompressionLevel.NoCompression)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create))
        {
            foreach (var (name, bytes) in entries)
            {
                using var entry = archive.CreateEntry(name, level).Open();
                entry.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    public static byte[] Legacy(
        string? pickle = null, string? keys = "", string? system = null, string? storages = null,
        string protocol = "M\u00e9\u0003") =>
        Bytes($"{Magic}\u0080\u0002{protocol}.\u0080\u0002{system ?? Dict(Text("little_endian"), "\u0088")}."
            + (pickle ?? StateDict(Storage())) + $"\u0080\u0002](" + (keys is "" ? Text("0") : keys) + "e."
            + (storages ?? Little(3, 8) + System.Text.Encoding.Latin1.GetString(Numbers)));

    public static object? Read(byte[] file, CheckpointFormat format) => TorchReader.Read(new MemoryData(file), format);

    public static CheckpointFormatException Refuses(byte[] file, CheckpointFormat format) =>
        Assert.Throws<CheckpointFormatException>(() => Read(file, format));

    /// <summary>The vector.</summary>
    public static float[] Vector(object? root)
    {
        using var values = Assert.IsType<PyTorchTensor>(Assert.IsType<PyTorchDict>(root)["w"]).Read();
        return values.data<float>().ToArray();
    }
}
