using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GanKit.Tests.PyTorchParity;

/// <summary>Renders what a file holds as Files/canonical.py does, so that the two can be compared.</summary>
/// <param name="data">What to say of a tensor's numbers.</param>
internal sealed class CanonicalJson(Func<PyTorchTensor, string> data)
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1000 };

    private static readonly JsonSerializerOptions Written = new() { MaxDepth = 1000 };

    public static JsonNode Parse(string path) => JsonNode.Parse(File.ReadAllText(path), documentOptions: Deep)!;

    /// <summary>Where two renderings begin to differ, and how; null where they are the same.</summary>
    public static string? Difference(JsonNode? expected, JsonNode? actual, string path = "$")
    {
        switch (expected, actual)
        {
            case (JsonObject left, JsonObject right):
                var names = string.Join(", ", left.Select(member => member.Key));
                var others = string.Join(", ", right.Select(member => member.Key));
                return names == others
                    ? First(left.Select(member => Difference(member.Value, right[member.Key], $"{path}.{member.Key}")))
                    : $"{path}: {names} is expected, here is {Short(actual)}";
            case (JsonArray left, JsonArray right) when left.Count == right.Count:
                return First(left.Select((item, i) => Difference(item, right[i], $"{path}[{i}]")));
            default:
                return Text(expected) == Text(actual)
                    ? null
                    : $"{path}: {Short(expected)} is expected, here is {Short(actual)}";
        }

        static string? First(IEnumerable<string?> differences) =>
            differences.FirstOrDefault(difference => difference is not null);
    }

    public JsonNode? Render(object? value) => value switch
    {
        null => null,
        _ when value == PyTorchDict.NoneKey => null,
        bool truth => truth,
        byte or sbyte or short or ushort or int or uint or long or ulong or BigInteger =>
            Kind("int", Convert.ToString(value, CultureInfo.InvariantCulture)),
        Half number => Kind("float", Bits((double)number)),
        float number => Kind("float", Bits(number)),
        double number => Kind("float", Bits(number)),
        Complex number => Kind("complex", new JsonArray(Bits(number.Real), Bits(number.Imaginary))),
        string text => Kind("str", text),
        byte[] bytes => Kind("bytes", Convert.ToHexStringLower(bytes)),
        long[] size => Kind("size", Numbers(size)),
        List<object?> list => Kind("list", Each(list)),
        object?[] tuple => Kind("tuple", Each(tuple)),
        HashSet<object?> set => Kind("set", new JsonArray([.. set.Select(Render).OrderBy(Text, StringComparer.Ordinal)])),
        PyTorchDict dict => Kind("dict", Entries(dict)),
        PyTorchDtype dtype => Kind("dtype", dtype.Name),
        PyTorchDevice device => Kind("device", device.Name),
        PyTorchClass type => Kind("class", type.FullName),
        PyTorchTensor tensor => Kind("tensor", RenderTensor(tensor)),
        PyTorchRecord record => Kind("record", new JsonObject
        {
            ["class"] = record.Class.FullName,
            ["arguments"] = Each(record.Arguments),
            ["state"] = Render(record.State),
            ["items"] = Each(record.Items),
            ["entries"] = Entries(record.Entries),
        }),
        _ => throw new ArgumentException($"The value model knows no {value.GetType()}."),
    };

    public JsonObject RenderTensor(PyTorchTensor tensor) => new()
    {
        ["dtype"] = tensor.Dtype.Name,
        ["shape"] = Numbers(tensor.Shape),
        ["strides"] = Numbers(tensor.Strides),
        ["device"] = tensor.SavedOn,
        ["parameter"] = tensor.IsParameter,
        ["requires_grad"] = tensor.RequiresGrad,
        ["data"] = data(tensor),
    };

    private static JsonObject Kind(string kind, JsonNode? value) => new() { [kind] = value };

    private static JsonArray Numbers(IEnumerable<long> numbers) => new([.. numbers.Select(number => (JsonNode)number)]);

    private static string Bits(double number) =>
        BitConverter.DoubleToInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture);

    private static string Text(JsonNode? node) => node?.ToJsonString(Written) ?? "null";

    private static string Short(JsonNode? node)
    {
        var text = Text(node);
        return text.Length < 300 ? text : $"{text[..300]}... ({text.Length} letters)";
    }

    private JsonArray Each(IEnumerable<object?> values) => new([.. values.Select(Render)]);

    private JsonArray Entries(PyTorchDict dict) =>
        new([.. dict.Select(entry => new JsonArray(Render(entry.Key), Render(entry.Value)))]);
}
