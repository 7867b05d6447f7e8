using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;

namespace GanKit.Checkpoints;

/// <summary>
/// Reads safetensors: a header length of 8 bytes, a header of JSON that says where each tensor lies, then the tensors. All
/// of the format's rules are checked before any tensor is made, so a file that opens is whole.
/// </summary>
internal static class SafetensorsReader
{
    /// <summary>The reference implementation's limit; a longer header is more likely an attack than a network.</summary>
    internal const int LongestHeader = 100_000_000;

    internal const string MetadataKey = "__metadata__";

    /// <summary>
    /// Whether a file begins with a header's length below 2^32 and its brace. No pickle and no archive does, though a
    /// length of 640 looks like the first bytes of a pickle: ask this first.
    /// </summary>
    internal static bool Recognizes(ReadOnlySpan<byte> head) => head is [_, _, _, _, 0, 0, 0, 0, (byte)'{', ..];

    /// <exception cref="CheckpointFormatException">It breaks a rule of the format.</exception>
    internal static CheckpointContent Open(string path)
    {
        var file = CheckpointOpener.OpenHandle(path);
        try
        {
            var (root, metadata) = Read(file);
            return new(CheckpointFormat.Safetensors, root, file) { Metadata = metadata };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static (PyTorchDict Root, IReadOnlyDictionary<string, string> Metadata) Read(SafeFileHandle file)
    {
        var fileLength = RandomAccess.GetLength(file);
        var headerLength = HeaderLength(file, fileLength);
        var data = sizeof(ulong) + headerLength;
        using var header = Parse(file, headerLength);
        var metadata = new OrderedDictionary<string, string>();
        var entries = new List<SafetensorsEntry>();
        foreach (var property in header.RootElement.EnumerateObject())
        {
            if (property.NameEquals(MetadataKey) && property.Value.ValueKind == JsonValueKind.Null)
                continue; // an optional field, which some writers always name
            if (property.NameEquals(MetadataKey))
                ReadMetadata(property.Value, metadata);
            else
                entries.Add(SafetensorsEntry.Parse(property));
        }

        CheckLayout(entries, fileLength - data);
        var root = new PyTorchDict();
        foreach (var entry in entries)
            root[entry.Name] = entry.Tensor(new FileData(file, data + entry.Start, entry.End - entry.Start));
        AddAliases(root, metadata);
        return (root, metadata);
    }

    /// <summary>
    /// The package's <c>save_model</c> writes tied weights once, and under their other names the one that was written.
    /// </summary>
    private static void AddAliases(PyTorchDict root, OrderedDictionary<string, string> metadata)
    {
        foreach (var (alias, name) in metadata)
        {
            // Other texts may happen to be a tensor's name, such as "weight".
            var areNames = (alias.Contains('.') && name.Contains('.')) || LastPart(alias) == LastPart(name);
            if (areNames && root.GetValueOrDefault(alias) is null && root.GetValueOrDefault(name) is PyTorchTensor tied)
                root[alias] = tied;
        }

        static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];
    }

    private static int HeaderLength(SafeFileHandle file, long fileLength)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        if (fileLength < bytes.Length)
            throw new CheckpointFormatException(
                $"it has {fileLength} bytes, and the header's length alone takes {bytes.Length}.");
        new FileData(file, 0, fileLength).Read(0, bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes) switch
        {
            > LongestHeader and var length => throw new CheckpointFormatException(
                $"its header is said to have {length} bytes, and {LongestHeader} are allowed."),
            var length when length > (ulong)(fileLength - bytes.Length) => throw new CheckpointFormatException(
                $"its header is said to have {length} bytes, and only {fileLength - bytes.Length} follow: "
                + "it is truncated."),
            var length => (int)length,
        };
    }

    private static JsonDocument Parse(SafeFileHandle file, int length)
    {
        var text = new byte[length];
        new FileData(file, sizeof(ulong), length).Read(0, text);
        if (text is not [(byte)'{', ..])
            throw new CheckpointFormatException("its header does not begin with '{'.");
        if (!Utf8.IsValid(text))
            throw new CheckpointFormatException("its header is not UTF-8.");
        try
        {
            return JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException error)
        {
            throw new CheckpointFormatException($"its header is not sound JSON: {error.Message}", error);
        }
    }

    private static void ReadMetadata(JsonElement value, OrderedDictionary<string, string> metadata)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new CheckpointFormatException($"its {MetadataKey} is {Describe(value)} instead of an object.");
        foreach (var entry in value.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.String)
            {
                throw new CheckpointFormatException(
                    $"'{entry.Name}' of its {MetadataKey} is {Describe(entry.Value)} instead of a text.");
            }

            metadata[entry.Name] = entry.Value.GetString()!;
        }
    }

    /// <summary>The tensors must fill the data from its first byte to its last, one after another.</summary>
    private static void CheckLayout(List<SafetensorsEntry> entries, long length)
    {
        var end = 0L;
        foreach (var entry in entries.OrderBy(entry => entry.Start).ThenBy(entry => entry.End))
        {
            if (entry.Start != end)
            {
                var why = entry.Start < end
                    ? "another tensor lies: they overlap"
                    : $"a hole from byte {end} on would be left";
                throw new CheckpointFormatException(
                    $"'{entry.Name}' begins at byte {entry.Start} of the data, where {why}.");
            }

            end = entry.End;
        }

        if (end != length)
        {
            var why = length < end ? "the file is truncated" : "something else was appended";
            throw new CheckpointFormatException($"its tensors take {end} bytes and {length} follow the header: {why}.");
        }
    }

    internal static string Describe(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 40 ? text : $"{text[..40]}...";
    }
}
