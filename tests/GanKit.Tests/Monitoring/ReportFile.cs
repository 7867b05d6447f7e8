using System.Text.Json;

namespace GanKit.Tests.Monitoring;

/// <summary>What a training report's file holds.</summary>
internal sealed class ReportFile : IDisposable
{
    private const string Start = """<script type="application/json" id="data">""";

    private readonly JsonDocument _json;

    private ReportFile(string page)
    {
        var start = page.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        Page = page;
        Data = page[start..page.IndexOf("</script>", start, StringComparison.Ordinal)];
        _json = JsonDocument.Parse(Data);
    }

    internal string Page { get; }

    internal string Data { get; }

    internal JsonElement Root => _json.RootElement;

    internal string Verdict => Between("""<p id="verdict">""");

    internal string State => Between("""<p id="state">""");

    internal IReadOnlyList<(long Step, string Severity, string Title, string Text)> Events =>
        [.. Root.GetProperty("events").EnumerateArray().Select(entry => (
            entry.GetProperty("step").GetInt64(), entry.GetProperty("severity").GetString()!, entry.GetProperty("title").GetString()!,
            entry.GetProperty("text").GetString()!))];

    internal IReadOnlyList<long> PictureSteps => [.. Root.GetProperty("pictures").EnumerateArray().Select(picture => picture.GetProperty("step").GetInt64())];

    internal static ReportFile Read(string path) => new(File.ReadAllText(path));

    public void Dispose() => _json.Dispose();

    internal JsonElement Logged(string name) => Curve("logged", name);

    internal JsonElement Metric(string name) => Curve("metrics", name);

    internal static double[] Numbers(JsonElement curve, string what) => [.. curve.GetProperty(what).EnumerateArray().Select(
        value => value.ValueKind == JsonValueKind.String ? double.Parse(value.GetString()!, System.Globalization.CultureInfo.InvariantCulture) : value.GetDouble())];

    private JsonElement Curve(string list, string name) =>
        Root.GetProperty(list).EnumerateArray().Single(curve => curve.GetProperty("name").GetString() == name);

    private string Between(string tag)
    {
        var start = Page.IndexOf(tag, StringComparison.Ordinal) + tag.Length;
        return System.Net.WebUtility.HtmlDecode(Page[start..Page.IndexOf("</p>", start, StringComparison.Ordinal)]);
    }
}
