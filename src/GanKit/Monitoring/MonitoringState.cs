using System.Text.Json;
using System.Text.Json.Serialization;

namespace GanKit.Monitoring;

/// <summary>Points, events and readings as texts of a state, NaN and infinity included.</summary>
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(MetricPoint))]
[JsonSerializable(typeof(MetricPoint[]))]
[JsonSerializable(typeof(TrainingEvent[]))]
[JsonSerializable(typeof(HealthReading[]))]
[JsonSerializable(typeof(string[][]))]
internal sealed partial class MonitoringState : JsonSerializerContext
{
    internal static string Save<T>(T value) => JsonSerializer.Serialize(value, typeof(T), Default);

    internal static T? Load<T>(string text) => (T?)JsonSerializer.Deserialize(text, typeof(T), Default);
}
