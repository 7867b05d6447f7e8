using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GanKit;

/// <summary>Writes the beginning of a safetensors file.</summary>
internal static class SafetensorsHeader
{
    private const int Alignment = 8;

    /// <summary>The header's length and the header: metadata by name, tensors in the given order, spaces up to a multiple of 8 bytes.</summary>
    /// <exception cref="ArgumentException">A name is impossible, or the header would be too long.</exception>
    internal static byte[] Write(
        IEnumerable<(string Name, string Type, long[] Shape, long ByteCount)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(new byte[sizeof(ulong)]); // the length, which is not known yet
        // Letters of all languages stay as they are. What the other encoders escape matters in web pages only.
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
                WriteMetadata(json, metadata);
            var offset = 0L;
            foreach (var (name, type, shape, byteCount) in tensors)
            {
                WriteTensor(json, name, type, shape, offset, checked(offset + byteCount));
                offset += byteCount;
            }

            json.WriteEndObject();
        }

        buffer.Write("       "u8[..(-buffer.WrittenCount & (Alignment - 1))]);
        var header = buffer.WrittenSpan.ToArray();
        if (header.Length - sizeof(ulong) > SafetensorsReader.LongestHeader)
            throw new ArgumentException($"The names and texts take {header.Length} bytes, and {SafetensorsReader.LongestHeader} are allowed.");
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - sizeof(ulong));
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(SafetensorsReader.MetadataKey);
        foreach (var (key, value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteTensor(Utf8JsonWriter json, string name, string type, long[] shape, long start, long end)
    {
        if (name == SafetensorsReader.MetadataKey)
            throw new ArgumentException($"A tensor can't be named '{name}': the format keeps its texts there.");
        json.WriteStartObject(name);
        json.WriteString("dtype", type);
        WriteNumbers(json, "shape", shape);
        WriteNumbers(json, "data_offsets", [start, end]);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, long[] numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
