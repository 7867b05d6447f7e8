using System.Text.Json;

namespace GanKit.Checkpoints;

/// <summary>
/// Reads several files as one. An index of JSON says which tensor is in which file: what is not in the index is no part of
/// the whole.
/// </summary>
internal static class ShardedReader
{
    private const string MapKey = "weight_map";

    /// <summary>Whether a file begins as JSON, which has no zeros, as safetensors with a header of 123 bytes has.</summary>
    internal static bool Recognizes(ReadOnlySpan<byte> head) =>
        head.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] && !head[..Math.Min(head.Length, sizeof(ulong))].Contains((byte)0);

    /// <exception cref="CheckpointFormatException">
    /// It is no index, or a file that it names is missing, broken or lacks a tensor.
    /// </exception>
    internal static CheckpointContent Open(string path)
    {
        using var index = Parse(path);
        if (!index.RootElement.TryGetProperty(MapKey, out var map) || map.ValueKind != JsonValueKind.Object)
            throw new CheckpointFormatException($"it is JSON without a {MapKey}, so no index of weights.");
        var places = map.EnumerateObject().Select(entry => (Tensor: entry.Name, Shard: ShardOf(entry))).ToArray();
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var paths = places.Select(place => place.Shard).Distinct()
            .ToDictionary(shard => shard, shard => PathOf(shard, folder));
        if (paths.Where(shard => !File.Exists(shard.Value)).Select(shard => shard.Key).ToArray() is { Length: > 0 } missing)
        {
            throw new CheckpointFormatException(
                $"of its {paths.Count} files, {Some(missing)} {(missing.Length == 1 ? "is" : "are")} not in the folder.");
        }

        var shards = new OpenShards();
        try
        {
            foreach (var (shard, file) in paths)
                shards.Open(shard, file);
            var root = Collect(places, shards);
            return new(CheckpointFormat.Sharded, root, shards) { Metadata = MetadataOf(index.RootElement) };
        }
        catch
        {
            shards.Dispose();
            throw;
        }
    }

    private static JsonDocument Parse(string path)
    {
        using var file = RegularFile.OpenRead(path);
        if (file.Length > SafetensorsReader.LongestHeader)
        {
            throw new CheckpointFormatException(
                $"as an index it is too long: {file.Length} bytes, where {SafetensorsReader.LongestHeader} are allowed.");
        }

        try
        {
            return JsonDocument.Parse(file, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException error)
        {
            throw new CheckpointFormatException($"it begins as JSON and is not sound: {error.Message}", error);
        }
    }

    private static string ShardOf(JsonProperty entry) => entry.Value.ValueKind == JsonValueKind.String
        ? entry.Value.GetString()!
        : throw new CheckpointFormatException(
            $"its {MapKey} gives '{entry.Name}' {SafetensorsReader.Describe(entry.Value)} instead of a file's name.");

    /// <summary>
    /// A shard's path. Links are followed, as Hugging Face's cache consists of them, but a name must stay in the folder.
    /// </summary>
    private static string PathOf(string shard, string folder)
    {
        var path = Path.GetFullPath(Path.Combine(folder, shard));
        var fromFolder = Path.GetRelativePath(folder, path);
        var leaves = Path.IsPathRooted(fromFolder) || fromFolder.Split(Path.DirectorySeparatorChar)[0] == "..";
        return leaves || Path.IsPathRooted(shard)
            ? throw new CheckpointFormatException($"its {MapKey} names the file '{shard}', which is outside the folder.")
            : path;
    }

    private static PyTorchDict Collect((string Tensor, string Shard)[] places, OpenShards shards)
    {
        var absent = places.Where(place => shards.RootOf(place.Shard).GetValueOrDefault(place.Tensor) is not PyTorchTensor)
            .Select(place => $"{place.Tensor}' in '{place.Shard}").ToArray();
        if (absent.Length > 0)
            throw new CheckpointFormatException($"its {MapKey} lists tensors that are not there: {Some(absent)}.");

        var root = new PyTorchDict();
        foreach (var (tensor, shard) in places)
            root[tensor] = shards.RootOf(shard)[tensor];
        return root;
    }

    private static Dictionary<string, string> MetadataOf(JsonElement index) =>
        index.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
            ? metadata.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.ToString())
            : [];

    private static string Some(string[] names) =>
        $"'{string.Join("', '", names.Take(5))}'{(names.Length > 5 ? $" and {names.Length - 5} more" : "")}";

    private sealed class OpenShards : IDisposable
    {
        private readonly Dictionary<string, CheckpointContent> _shards = [];
        private readonly Dictionary<string, CheckpointContent> _files = [];

        public void Dispose()
        {
            foreach (var file in _files.Values)
                file.Dispose();
        }

        /// <summary>Opens a file, once under however many names: <c>./a</c> is <c>a</c>.</summary>
        internal void Open(string name, string path)
        {
            if (!_files.TryGetValue(path, out var content))
                _files.Add(path, content = CheckpointOpener.OpenShard(path, $"its file '{name}'"));
            _shards.Add(name, content);
        }

        internal PyTorchDict RootOf(string name) => _shards[name].Root as PyTorchDict
            ?? throw new CheckpointFormatException($"its file '{name}' holds no dictionary of tensors.");
    }
}
