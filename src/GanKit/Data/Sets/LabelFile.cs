using System.Text.Json;

namespace GanKit.Data;

/// <summary>
/// Reads labels as StyleGAN's <c>dataset_tool.py</c> writes them into <c>dataset.json</c>: a list of file names, each with a number
/// (a class) or a list of numbers (a vector).
/// </summary>
internal sealed class LabelFile(string path)
{
    private const string Form = "{\"labels\": [[\"00000/img00000000.png\", 6], ...]}";

    /// <summary>Whether this is such a file, since it begins as one.</summary>
    internal static bool Recognizes(string path)
    {
        using var reader = new StreamReader(RegularFile.OpenRead(path));
        int next;
        do
            next = reader.Read();
        while (next >= 0 && char.IsWhiteSpace((char)next));
        return next == '{';
    }

    /// <summary>All names with their numbers, as many for each.</summary>
    /// <exception cref="InvalidDataException">It is no such file, or has no labels; the message says where.</exception>
    internal List<(string File, float[] Values)> Read()
    {
        using var file = RegularFile.OpenRead(path);
        try
        {
            using var document = JsonDocument.Parse(file);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("labels", out var labels))
                throw Broken($"it has no \"labels\", as in {Form}");
            var entries = labels.ValueKind switch
            {
                JsonValueKind.Null => throw Broken("its \"labels\" are null, which says that the images have none. Leave it out"),
                JsonValueKind.Array => labels.EnumerateArray().Select(Pair),
                JsonValueKind.Object => labels.EnumerateObject().Select(entry => (entry.Name, Values(entry.Name, entry.Value))),
                _ => throw Broken($"its \"labels\" are no list, as in {Form}"),
            };
            List<(string File, float[] Values)> read = [.. entries];
            if (read.Count == 0)
                throw Broken("its \"labels\" are empty");
            if (read.Find(entry => entry.Values.Length != read[0].Values.Length) is { File: not null } odd)
                throw Broken($"'{read[0].File}' has {read[0].Values.Length} numbers, but '{odd.File}' has {odd.Values.Length}");
            return read;
        }
        catch (JsonException e)
        {
            throw Broken($"it is no JSON at line {e.LineNumber + 1}");
        }
    }

    private (string File, float[] Values) Pair(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Array && entry.GetArrayLength() == 2 && entry[0].ValueKind == JsonValueKind.String
            ? (entry[0].GetString()!, Values(entry[0].GetString()!, entry[1]))
            : throw Broken($"{Cut(entry)} is no pair of a file name and a label, as in {Form}");

    private float[] Values(string name, JsonElement label) => label.ValueKind switch
    {
        JsonValueKind.Number => [Value(name, label)],
        JsonValueKind.Array when label.GetArrayLength() > 0 => [.. label.EnumerateArray().Select(value => Value(name, value))],
        _ => throw Broken($"the label of '{name}' is {Cut(label)}, which is neither a number nor a list of numbers"),
    };

    private float Value(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) && float.IsFinite(number)
            ? number
            : throw Broken($"the label of '{name}' has {Cut(value)}, which is no number that fits into 32 bits");

    private InvalidDataException Broken(string what) => new($"The labels '{path}' can't be read: {what}.");

    private static string Cut(JsonElement element) => element.GetRawText() is { Length: > 60 } text ? text[..60] + "..." : element.GetRawText();
}
