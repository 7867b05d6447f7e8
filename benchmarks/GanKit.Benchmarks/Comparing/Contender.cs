using System.Diagnostics;
using System.Text.Json.Nodes;

namespace GanKit.Benchmarks;

/// <summary>One side of a comparison, which measures one piece of work in a process of its own.</summary>
/// <param name="Name">The column's heading.</param>
/// <param name="Command">The program and its arguments. It prints a line of JSON.</param>
internal sealed record Contender(string Name, IReadOnlyList<string> Command)
{
    internal const string Baseline = "baseline";

    private const int ComplaintLines = 20;

    /// <summary>This build, and with a baseline: that one, and this one again, which shows the noise.</summary>
    internal static IReadOnlyList<Contender> Builds(
        string name, BenchmarkBuild? baseline, string suffix, IReadOnlyList<string> arguments)
    {
        var ours = new Contender(name + suffix, BenchmarkBuild.This.Command(arguments));
        return baseline is null
            ? [ours]
            : [ours, new(Baseline + suffix, baseline.Command(arguments)), ours with { Name = Again(ours.Name) }];
    }

    internal static string Again(string name) => $"{name} again";

    /// <summary>Measures once.</summary>
    /// <returns>What the program reports; or none where it failed, which is told on the error stream.</returns>
    internal JsonObject? Run(string work)
    {
        var start = new ProcessStartInfo(Command[0], Command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true, // PyTorch warns of what this machine lacks
        };
        start.Environment.Remove("OMP_NUM_THREADS"); // --threads decides
        using var process = Process.Start(start)!;
        var complaints = process.StandardError.ReadToEndAsync();
        // Libraries beneath PyTorch may print lines of their own.
        var line = process.StandardOutput.ReadToEnd().Split('\n').LastOrDefault(line => line.StartsWith('{'));
        process.WaitForExit();
        if (process.ExitCode == 0 && line is not null)
            return JsonNode.Parse(line)!.AsObject();
        var last = complaints.Result.Trim().Split('\n').TakeLast(ComplaintLines);
        Console.Error.WriteLine($"{Name} can't run {work} (exit code {process.ExitCode}): {string.Join('\n', last)}");
        return null;
    }
}
