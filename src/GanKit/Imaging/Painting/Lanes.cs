namespace GanKit;

/// <summary>Rows laid side by side: the first number of each, the second of each, and so on.</summary>
internal static class Lanes
{
    /// <summary>How many rows there is room for.</summary>
    internal const int Count = 8;

    /// <summary>Lays at most eight rows side by side. Where there are fewer, the other lanes keep what was in them.</summary>
    internal static void FromRows(ReadOnlySpan<float> rows, int width, Span<float> lanes)
    {
        for (var row = 0; row < rows.Length / width; row++)
        {
            var line = rows.Slice(row * width, width);
            for (var x = 0; x < line.Length; x++)
                lanes[x * Count + row] = line[x];
        }
    }

    /// <summary>Lays as many rows one after the other as there is room for.</summary>
    internal static void ToRows(ReadOnlySpan<float> lanes, int width, Span<float> rows)
    {
        for (var row = 0; row < rows.Length / width; row++)
        {
            var line = rows.Slice(row * width, width);
            for (var x = 0; x < line.Length; x++)
                line[x] = lanes[x * Count + row];
        }
    }
}
