using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GanKit.Benchmarks;

/// <summary>One measurement is one line of JSON, with keys like <c>median_ms</c>, so that programs can read it.</summary>
internal static class JsonLine
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new SixDigits() },
    };

    internal static void Print<T>(T report) => Console.WriteLine(JsonSerializer.Serialize(report, Options));

    /// <summary>More digits than six are noise in whatever is measured here.</summary>
    private sealed class SixDigits : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.ToString("G6", CultureInfo.InvariantCulture));
    }
}
