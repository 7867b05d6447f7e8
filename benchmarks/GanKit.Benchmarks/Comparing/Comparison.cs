namespace GanKit.Benchmarks;

/// <summary>Runs contenders by turns, and prints their medians and ratios in Markdown.</summary>
/// <param name="Work">What a row is, as the table's first heading.</param>
/// <param name="Milliseconds">The key of a report that is compared.</param>
/// <param name="Ratios">Whose times are divided by whose.</param>
internal sealed record Comparison(
    string Work, string Milliseconds, IReadOnlyList<(string Slower, string Faster)> Ratios)
{
    /// <summary>Compares.</summary>
    /// <param name="rows">Workloads with their contenders, the same in all rows.</param>
    /// <param name="rounds">How often each contender does a piece of work.</param>
    /// <param name="baseline">The other build, where there is one.</param>
    /// <param name="output">Where every report is kept, one a line.</param>
    /// <returns>The exit code: 1 where a contender failed.</returns>
    internal int Run(
        IReadOnlyList<(string Work, IReadOnlyList<Contender> Contenders)> rows, int rounds, BenchmarkBuild? baseline,
        FileInfo? output)
    {
        using var lines = output?.CreateText();
        Console.WriteLine($"{GanKitInfo.Collect()}\n");
        if (baseline is not null)
            Console.WriteLine($"This build is {BenchmarkBuild.This.Version}, the baseline {baseline.Version}.\n");
        var table = new ComparisonTable(Work, [.. rows[0].Contenders.Select(contender => contender.Name)], Ratios);
        var failed = false;
        foreach (var (work, contenders) in rows)
        {
            var times = Measure(work, contenders, rounds, lines);
            table.PrintRow(work, times);
            failed |= times.Count < contenders.Count;
        }

        return failed ? 1 : 0;
    }

    /// <summary>Each contender's times, one round after the other; without failed ones.</summary>
    private Dictionary<string, List<double>> Measure(
        string work, IReadOnlyList<Contender> contenders, int rounds, TextWriter? lines)
    {
        var times = contenders.ToDictionary(contender => contender.Name, _ => new List<double>());
        for (var round = 1; round <= rounds; round++)
        {
            // By turns and in alternating order, so that a machine that slows down affects all alike.
            foreach (var contender in round % 2 == 1 ? contenders : contenders.Reverse())
            {
                if (!times.TryGetValue(contender.Name, out var own))
                    continue;
                if (contender.Run(work) is not { } report)
                {
                    times.Remove(contender.Name);
                    continue;
                }

                own.Add(report[Milliseconds]!.GetValue<double>());
                report.Insert(0, "contender", contender.Name);
                report.Insert(1, "round", round);
                lines?.WriteLine(report.ToJsonString());
                lines?.Flush();
            }
        }

        return times;
    }
}
