using System.Text;
using System.Text.Json;

namespace GanKit;

/// <summary>A JSON object a line, with the names that its record has; what is not finite is a string.</summary>
internal sealed class JsonLinesMetricsFile(string path) : MetricsFile(path)
{
    private static readonly JsonWriterOptions Options =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal override void Append(MetricsRecord record)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("step", record.Step);
            json.WriteNumber("epoch", record.Epoch);
            json.WriteString("time", record.TimeText);
            foreach (var (name, value) in record.Values)
            {
                json.WritePropertyName(MetricsRecord.NameOf(name));
                if (double.IsFinite(value))
                    json.WriteRawValue(MetricsRecord.Text(value));
                else
                    json.WriteStringValue(MetricsRecord.Text(value));
            }

            json.WriteEndObject();
        }

        AppendLine(Encoding.UTF8.GetString(bytes.ToArray()));
    }

    protected override (long Step, long Epoch) PlaceOf(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return (json.RootElement.GetProperty("step").GetInt64(), json.RootElement.GetProperty("epoch").GetInt64());
        }
        catch (Exception error) when (
            error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw NoLog("a line is no JSON object with whole numbers named step and epoch");
        }
    }
}
