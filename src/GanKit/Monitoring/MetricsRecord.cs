using System.Globalization;

namespace GanKit;

/// <summary>What a log keeps of one step.</summary>
internal sealed record MetricsRecord(long Step, long Epoch, DateTimeOffset Time, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>The names that every record has, in this order, before those of its values.</summary>
    internal static readonly string[] FixedNames = ["step", "epoch", "time"];

    /// <summary>The time in UTC to the millisecond, as ISO 8601 writes it.</summary>
    internal string TimeText => Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    /// <summary>
    /// A value's name in a log, on one line; one that is taken by <see cref="FixedNames"/> gets a prefix.
    /// </summary>
    internal static string NameOf(string metric) =>
        FixedNames.Contains(metric) ? $"metric/{metric}" : metric.ReplaceLineEndings(" ");

    /// <summary>The shortest digits that read back to the same value, at the precision it was computed in.</summary>
    internal static string Text(double value) => value == (float)value
        ? ((float)value).ToString(CultureInfo.InvariantCulture)
        : value.ToString(CultureInfo.InvariantCulture);
}
