using System.Diagnostics;
using System.Globalization;

namespace GanKit.Benchmarks;

/// <summary>Runs contenders, each in a process of its own.</summary>
internal static class ContenderRun
{
    /// <summary>Measures one workload.</summary>
    /// <param name="contender">Who.</param>
    /// <param name="workload">The workload's name.</param>
    /// <param name="batch">Samples a step.</param>
    /// <param name="counts">Steps, steps to warm up, and threads.</param>
    /// <returns>
    /// The report and the line it was read from; or none where the program failed, which it has said why.
    /// </returns>
    internal static (StepReport Report, string Line)? Start(
        Contender contender, string workload, int batch, (int Steps, int Warmup, int Threads) counts)
    {
        var start = new ProcessStartInfo(contender.Program[0])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true, // PyTorch warns of what this machine lacks
        };
        foreach (var argument in (string[])[
            .. contender.Program.Skip(1), "--workload", workload, "--batch", Text(batch), "--steps", Text(counts.Steps),
            "--warmup", Text(counts.Warmup), "--threads", Text(counts.Threads), .. contender.Arguments(workload)])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Remove("OMP_NUM_THREADS"); // --threads decides
        using var process = Process.Start(start)!;
        var complaints = process.StandardError.ReadToEndAsync();
        // Libraries beneath PyTorch may print lines of their own.
        var line = process.StandardOutput.ReadToEnd().Split('\n').LastOrDefault(line => line.StartsWith('{'));
        process.WaitForExit();
        if (process.ExitCode == 0 && line is not null)
            return (JsonLine.Read<StepReport>(line), line);
        Console.Error.WriteLine($"{contender.Name} can't run {workload}: {complaints.Result.Trim()}");
        return null;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
