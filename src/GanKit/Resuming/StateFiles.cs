using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using static TorchSharp.torch;

namespace GanKit.Resuming;

/// <summary>A <see cref="State"/> as two files of open formats: tensors as safetensors, the tree with all else as JSON.</summary>
/// <remarks>
/// In the tree an object is a state; a whole number has no point, any other has one; and an array is what JSON lacks: <c>["tensor",
/// "name"]</c>,
/// with the strides where it is not row-major, and the device where that is not the processor; <c>["number", "NaN"]</c>.
/// </remarks>
internal static class StateFiles
{
    internal const string Tensors = "state.safetensors", Tree = "state.json";

    private const string TensorMark = "tensor", NumberMark = "number";
    private const int MostDepth = 256;

    private static readonly JsonWriterOptions Readable = new()
    {
        Indented = true,
        MaxDepth = MostDepth,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The tree's file; the state's tensors get names in the other.</summary>
    /// <exception cref="ArgumentException">A text is no text.</exception>
    internal static byte[] WriteTree(State state, OrderedDictionary<string, Tensor> tensors)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Readable))
            Write(json, state, "", tensors);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>A state out of a folder, whose tensors are on the processor unless another device is given to those that were
    /// elsewhere.</summary>
    /// <exception cref="CheckpointFormatException">The files are not of one state.</exception>
    internal static State Read(string folder, Device? device = null)
    {
        var path = Path.Combine(folder, Tree);
        using var tensors = PyTorchFile.Open(Path.Combine(folder, Tensors));
        try
        {
            using var tree = JsonDocument.Parse(File.ReadAllBytes(path), new() { MaxDepth = MostDepth });
            return Read(tree.RootElement, (PyTorchDict)tensors.Root!, device ?? CPU);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException or InvalidCastException)
        {
            throw new CheckpointFormatException($"'{path}' can't be read: {error.Message}", error);
        }
    }

    private static void Write(Utf8JsonWriter json, State state, string path, OrderedDictionary<string, Tensor> tensors)
    {
        json.WriteStartObject();
        foreach (var (name, value) in state)
        {
            json.WritePropertyName(Strict.GetBytes(name));
            switch (value)
            {
                case null:
                    json.WriteNullValue();
                    break;
                case bool truth:
                    json.WriteBooleanValue(truth);
                    break;
                case long number:
                    json.WriteNumberValue(number);
                    break;
                case double number:
                    Write(json, number);
                    break;
                case string text:
                    json.WriteStringValue(Strict.GetBytes(text));
                    break;
                case State inner:
                    Write(json, inner, $"{path}{name}/", tensors);
                    break;
                default:
                    Write(json, (Tensor)value, path + name, tensors);
                    break;
            }
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        if (double.IsFinite(number))
            json.WriteRawValue(text.AsSpan().ContainsAny(".E") ? text : text + ".0");
        else
            json.WriteRawValue($"[\"{NumberMark}\", \"{text}\"]");
    }

    private static void Write(Utf8JsonWriter json, Tensor tensor, string path, OrderedDictionary<string, Tensor> tensors)
    {
        var name = path;
        for (var number = 2; !tensors.TryAdd(name, tensor); number++)
            name = string.Create(CultureInfo.InvariantCulture, $"{path} {number}"); // a name with a slash in it is another's path
        var mark = new StringBuilder($"[\"{TensorMark}\", ").Append(Quote(name));
        if (!tensor.is_sparse && !tensor.stride().SequenceEqual(Strides(tensor.shape))) // a sparse one is refused where tensors are written
            mark.Append(CultureInfo.InvariantCulture, $", [{string.Join(", ", tensor.stride())}]");
        if (tensor.device_type != TorchSharp.DeviceType.CPU)
            mark.Append(CultureInfo.InvariantCulture, $", \"{tensor.device}\"");
        json.WriteRawValue(mark.Append(']').ToString());
    }

    // Row after row. With one channel, or one pixel, other strides are contiguous too, and libtorch takes them for channels last.
    private static long[] Strides(long[] shape)
    {
        var strides = new long[shape.Length];
        var stride = 1L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= Math.Max(shape[i], 1);
        }

        return strides;
    }

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, Readable.Encoder)}\"";

    private static State Read(JsonElement tree, PyTorchDict tensors, Device device)
    {
        var state = new State();
        try
        {
            foreach (var entry in tree.EnumerateObject())
                state.Add(entry.Name, ReadValue(entry.Value, tensors, device));
            return state;
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    private static object? ReadValue(JsonElement value, PyTorchDict tensors, Device device) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => (object)true,
        JsonValueKind.False => (object)false,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Object => Read(value, tensors, device),
        JsonValueKind.Number => value.GetRawText().AsSpan().ContainsAny(".eE")
            ? (object)double.Parse(value.GetRawText(), CultureInfo.InvariantCulture) : value.GetInt64(),
        _ when value[0].GetString() == NumberMark => (object)double.Parse(value[1].GetString()!, CultureInfo.InvariantCulture),
        _ when value[0].GetString() == TensorMark => ReadTensor(value, tensors, device),
        _ => throw new JsonException($"{value.GetRawText()} stands for nothing that a state holds."),
    };

    private static Tensor ReadTensor(JsonElement mark, PyTorchDict tensors, Device device)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var name = mark[1].GetString()!;
        var tensor = (tensors.GetValueOrDefault(name) as PyTorchTensor ?? throw new JsonException($"{Tensors} has no tensor '{name}'.")).Read();
        foreach (var more in mark.EnumerateArray().Skip(2))
        {
            tensor = more.ValueKind == JsonValueKind.Array
                ? empty_strided(tensor.shape, [.. more.EnumerateArray().Select(stride => stride.GetInt64())], tensor.dtype).copy_(tensor)
                : tensor.to(device);
        }

        return tensor.MoveToOuterDisposeScope();
    }
}
