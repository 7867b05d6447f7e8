using System.Buffers.Binary;
using System.Text.Json;

namespace GanKit.Tests.PyTorchParity;

/// <summary>Reads the numbers that real PyTorch wrote (Fixtures/README.md says how).</summary>
internal static class Fixture
{
    /// <summary>Reads <c>Fixtures/NAME.safetensors</c>; the tensors belong to the current dispose scope.</summary>
    /// <param name="name">The topic, for example <c>losses</c>.</param>
    public static IReadOnlyDictionary<string, Tensor> Load(string name) => LoadFile(FilePath(name));

    /// <summary>Reads such a file from anywhere; the tensors belong to the current dispose scope.</summary>
    /// <param name="path">The file.</param>
    public static IReadOnlyDictionary<string, Tensor> LoadFile(string path)
    {
        var file = File.ReadAllBytes(path);
        var headerLength = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file));
        using var header = JsonDocument.Parse(file.AsMemory(sizeof(ulong), headerLength));
        var data = file.AsMemory(sizeof(ulong) + headerLength);

        return header.RootElement.EnumerateObject()
            .Where(entry => entry.Name != "__metadata__")
            .ToDictionary(entry => entry.Name, entry => Read(entry.Value, data));
    }

    /// <summary>The file's place in the test output, for tests that read it with the library's own reader.</summary>
    public static string FilePath(string name) =>
        Path.Combine(AppContext.BaseDirectory, "PyTorchParity", "Fixtures", name + ".safetensors");

    private static Tensor Read(JsonElement entry, Memory<byte> data)
    {
        var shape = entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).ToArray();
        var dtype = entry.GetProperty("dtype").GetString() switch
        {
            "F32" => ScalarType.Float32,
            "F64" => ScalarType.Float64,
            "I64" => ScalarType.Int64,
            "U8" => ScalarType.Byte,
            var other => throw new InvalidDataException($"Fixtures hold F32, F64, I64 and U8; this one holds {other}."),
        };
        var offsets = entry.GetProperty("data_offsets");
        var tensor = torch.empty(shape, dtype);
        tensor.bytes = data[offsets[0].GetInt32()..offsets[1].GetInt32()].Span;
        return tensor;
    }
}
