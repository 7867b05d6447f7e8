using System.Text.Json;

namespace GanKit.Checkpoints;

/// <summary>The entry of one tensor in a safetensors header; the offsets count from the end of the header.</summary>
internal sealed record SafetensorsEntry(string Name, PyTorchDtype Dtype, long[] Shape, long Start, long End)
{
    private const int MostDimensions = 64; // libtorch's own limit

    /// <exception cref="CheckpointFormatException">Something is missing, impossible or of an unknown type.</exception>
    internal static SafetensorsEntry Parse(JsonProperty property)
    {
        var (name, value) = (property.Name, property.Value);
        if (value.ValueKind != JsonValueKind.Object)
            throw new CheckpointFormatException($"'{name}' is {SafetensorsReader.Describe(value)} instead of an object.");

        var type = Member("dtype", JsonValueKind.String).GetString()!;
        var dtype = SafetensorsDtypes.Find(type) ?? throw new CheckpointFormatException(
            $"'{name}' has elements of the unknown type '{type}'. Known are {SafetensorsDtypes.Names}.");
        var shape = Numbers("shape");
        if (Numbers("data_offsets") is not [var start, var end] || end < start)
            throw new CheckpointFormatException($"the data_offsets of '{name}' are not two numbers, begin and end.");
        if (dtype.BytesOf(shape) is var size && size != end - start)
        {
            throw new CheckpointFormatException(
                $"'{name}' has sizes {TensorExtensions.DescribeShape(shape)} of {type}, "
                + $"{size?.ToString() ?? "endlessly many"} bytes, and its data_offsets say {end - start}.");
        }

        return new(name, dtype, shape, start, end);

        JsonElement Member(string member, JsonValueKind kind) =>
            value.TryGetProperty(member, out var found) && found.ValueKind == kind
                ? found
                : throw new CheckpointFormatException($"'{name}' has no {member} ({kind}).");

        long[] Numbers(string member)
        {
            var numbers = Member(member, JsonValueKind.Array);
            return numbers.GetArrayLength() <= MostDimensions
                ? [.. numbers.EnumerateArray().Select(number => Number(number, member))]
                : throw new CheckpointFormatException(
                    $"the {member} of '{name}' has {numbers.GetArrayLength()} numbers; at most {MostDimensions} are read.");
        }

        long Number(JsonElement number, string member) =>
            number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var whole) && whole >= 0
                ? whole
                : throw new CheckpointFormatException(
                    $"the {member} of '{name}' contains {SafetensorsReader.Describe(number)}, "
                    + "not a whole number of 63 bits.");
    }

    /// <summary>The tensor, in its stretch of the file.</summary>
    internal PyTorchTensor Tensor(FileData data) => new(data, Dtype, Shape)
    {
        Unreadable = Dtype.ScalarType is null ? $"TorchSharp has no type {Dtype}" : null,
    };
}
