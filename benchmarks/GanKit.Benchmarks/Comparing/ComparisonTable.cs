using System.Globalization;

namespace GanKit.Benchmarks;

/// <summary>Prints times side by side, in Markdown.</summary>
internal sealed class ComparisonTable
{
    private readonly IReadOnlyList<string> _columns;
    private readonly IReadOnlyList<(string Slower, string Faster)> _ratios;

    /// <summary>Prints the heading, with those ratios whose both sides are there.</summary>
    internal ComparisonTable(
        string work, IReadOnlyList<string> columns, IReadOnlyList<(string Slower, string Faster)> ratios)
    {
        _columns = columns;
        _ratios = [.. ratios.Where(ratio => columns.Contains(ratio.Slower) && columns.Contains(ratio.Faster))];
        string[] heads = [work, .. _columns, .. _ratios.Select(ratio => $"{ratio.Slower} / {ratio.Faster}")];
        PrintRow(heads);
        PrintRow(heads.Select(_ => "---"));
    }

    /// <summary>Prints a row: median milliseconds, then how many times faster, with the rounds' least and greatest.</summary>
    /// <param name="work">What was done.</param>
    /// <param name="times">Each contender's times, round by round; one without times is shown as a dash.</param>
    internal void PrintRow(string work, IReadOnlyDictionary<string, List<double>> times) => PrintRow([
        work,
        .. _columns.Select(name => times.TryGetValue(name, out var own) ? Milliseconds(new Timings(own).Median) : "-"),
        .. _ratios.Select(
            ratio => times.TryGetValue(ratio.Slower, out var slower) && times.TryGetValue(ratio.Faster, out var faster)
                ? Spread(new(slower.Zip(faster, (a, b) => a / b)))
                : "-"),
    ]);

    private static void PrintRow(IEnumerable<string> cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");

    private static string Milliseconds(double time) => time.ToString(time < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    private static string Spread(Timings ratios) => string.Create(
        CultureInfo.InvariantCulture, $"{ratios.Median:0.00} ({ratios.Min:0.00} to {ratios.Max:0.00})");
}
