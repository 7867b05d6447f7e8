using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace GanKit.Checkpoints;

/// <summary>
/// Writes the beginning of a safetensors file. The JSON is that of the reference implementation to the letter, which .NET's
/// own writer can't be told to write: all of Unicode as it is, save quotation marks, backslashes and control characters.
/// </summary>
internal static class SafetensorsHeader
{
    private const int Alignment = 8;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>
    /// The header's length and the header: metadata by name, tensors in the given order, spaces up to a multiple of 8
    /// bytes.
    /// </summary>
    /// <exception cref="ArgumentException">A name is impossible, or the header would be too long.</exception>
    internal static byte[] Write(
        IEnumerable<(string Name, string Type, long[] Shape, long ByteCount)> tensors,
        IReadOnlyDictionary<string, string> metadata)
    {
        var entries = new List<string>();
        if (metadata.Count > 0)
        {
            var texts = metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => $"{Quote(entry.Key)}:{Quote(entry.Value)}");
            entries.Add($"\"{SafetensorsReader.MetadataKey}\":{{{string.Join(',', texts)}}}");
        }

        var start = 0L;
        foreach (var (name, type, shape, byteCount) in tensors)
        {
            if (name == SafetensorsReader.MetadataKey)
                throw new ArgumentException($"A tensor can't be named '{name}': the format keeps its texts there.");
            var end = checked(start + byteCount);
            entries.Add(string.Create(CultureInfo.InvariantCulture,
                $$"""{{Quote(name)}}:{"dtype":"{{type}}","shape":[{{string.Join(',', shape)}}],"data_offsets":[{{start}},{{end}}]}"""));
            start = end;
        }

        var json = StrictUtf8.GetBytes($"{{{string.Join(',', entries)}}}");
        var length = (json.Length + Alignment - 1) / Alignment * Alignment;
        if (length > SafetensorsReader.LongestHeader)
            throw new ArgumentException(
                $"The names and texts take {length} bytes, and {SafetensorsReader.LongestHeader} are allowed.");
        var header = new byte[sizeof(ulong) + length];
        BinaryPrimitives.WriteInt64LittleEndian(header, length);
        header.AsSpan(sizeof(ulong)).Fill((byte)' ');
        json.CopyTo(header, sizeof(ulong));
        return header;
    }

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append(@"\\"),
                '\b' => quoted.Append(@"\b"),
                '\t' => quoted.Append(@"\t"),
                '\n' => quoted.Append(@"\n"),
                '\f' => quoted.Append(@"\f"),
                '\r' => quoted.Append(@"\r"),
                < ' ' => quoted.Append(CultureInfo.InvariantCulture, $@"\u{(int)letter:x4}"),
                _ => quoted.Append(letter),
            };
        }

        return quoted.Append('"').ToString();
    }
}
