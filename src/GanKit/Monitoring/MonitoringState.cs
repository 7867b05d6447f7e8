using System.Text.Json;
using System.Text.Json.Serialization;

namespace GanKit.Monitoring;

/// <summary>Points, events and readings as texts of a state, NaN and infinity included.</summary>
internal static class MonitoringState
{
    private static readonly JsonSerializerOptions Exact = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    internal static string Save<T>(T value) => JsonSerializer.Serialize(value, Exact);

    internal static T? Load<T>(string text) => JsonSerializer.Deserialize<T>(text, Exact);
}
