using System.Globalization;

namespace GanKit.Benchmarks;

/// <summary>Prints median times side by side, in Markdown.</summary>
internal static class ComparisonTable
{
    private static readonly string[] Columns =
        [Contender.GanKit, Contender.TorchSharp, Contender.PyTorch, Contender.GanKitTuned, Contender.PyTorchTuned];

    private static readonly (string Slower, string Faster)[] Ratios =
    [
        (Contender.TorchSharp, Contender.GanKit), (Contender.PyTorch, Contender.GanKit),
        (Contender.TorchSharp, Contender.GanKitTuned), (Contender.PyTorchTuned, Contender.GanKitTuned),
    ];

    internal static void PrintHeading()
    {
        string[] heads = ["workload (batch)", .. Columns, .. Ratios.Select(ratio => $"{ratio.Slower} / {ratio.Faster}")];
        PrintRow(heads);
        PrintRow(heads.Select(_ => "---"));
    }

    /// <summary>Prints a workload's row: milliseconds a step, then how many times faster.</summary>
    /// <param name="workload">The workload and its batch size.</param>
    /// <param name="times">Each contender's median, or none.</param>
    internal static void PrintRow(string workload, IReadOnlyDictionary<string, double> times)
    {
        PrintRow([
            workload,
            .. Columns.Select(name => times.TryGetValue(name, out var time) ? Text(time, "0.0") : "-"),
            .. Ratios.Select(
                ratio => times.TryGetValue(ratio.Slower, out var slower) && times.TryGetValue(ratio.Faster, out var faster)
                ? Text(slower / faster, "0.00")
                : "-"),
        ]);
    }

    private static void PrintRow(IEnumerable<string> cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
