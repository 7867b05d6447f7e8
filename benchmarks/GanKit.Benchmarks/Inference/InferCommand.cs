using System.CommandLine;
using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary><c>infer</c>: how fast a generator makes images.</summary>
internal static class InferCommand
{
    private const string ThisBuild = "this build";

    private static readonly Comparison OfBuilds = new(
        "network (batch)", "p50_ms", [(Contender.Baseline, ThisBuild), (Contender.Again(ThisBuild), ThisBuild)]);

    internal static Command Create()
    {
        var networks = new Option<string[]>("--network")
        {
            Description = $"What to run: {string.Join(", ", InferenceNetwork.Names)}; with --baseline several, by default all.",
            AllowMultipleArgumentsPerToken = true,
        }.AcceptOnlyFromAmong(InferenceNetwork.Names);
        var batch = BenchmarkOptions.Count("--batch", "Images a call.", 1);
        var runs = BenchmarkOptions.Count("--runs", "Calls that are timed.", 20);
        var warmup = BenchmarkOptions.Count("--warmup", "Calls before them, the first of which counts as startup.", 3);
        var (precision, layout) = (BenchmarkOptions.Precision(), BenchmarkOptions.Layout());
        var (implementation, threads) = (BenchmarkOptions.Implementation(), BenchmarkOptions.Threads());
        var baseline = BenchmarkOptions.Baseline();
        var rounds = BenchmarkOptions.OptionalCount("--rounds", "With --baseline: how often each is run, by default 5.");
        var output = new Option<FileInfo>("--output")
        {
            Description = "With --baseline: also write every run's line of JSON to this file.",
        };
        var command = new Command(
            "infer", "Times a generator in use, and prints a line of JSON; or beside another build, and prints a table.")
        {
            networks, batch, runs, warmup, precision, layout, implementation, threads, baseline, rounds, output,
        };
        command.SetAction(line =>
        {
            var chosen = line.GetValue(networks) ?? [];
            if (line.GetValue(baseline) is { } folder)
            {
                var other = BenchmarkBuild.In(folder);
                var same = BenchmarkOptions.Spell(line, batch, runs, warmup, precision, layout, implementation, threads);
                return OfBuilds.Run(
                    [
                        .. (chosen.Length > 0 ? chosen : InferenceNetwork.Names).Select(name => (
                            $"{name} ({line.GetValue(batch)})",
                            Contender.Builds(ThisBuild, other, suffix: "", ["infer", "--network", name, .. same]))),
                    ],
                    line.GetValue(rounds) ?? BenchmarkOptions.BaselineRounds, other, line.GetValue(output));
            }

            if (line.GetValue(rounds) is not null || line.GetValue(output) is not null)
                throw new ArgumentException("--rounds and --output are for --baseline, which is missing.");
            if (chosen is not [var network])
            {
                throw new ArgumentException($"--network names {chosen.Length} networks, but without --baseline it must be "
                    + $"one of {string.Join(", ", InferenceNetwork.Names)}.");
            }

            set_num_threads(line.GetValue(threads));
            var variant = new StepVariant(
                line.GetValue(batch), line.GetValue(precision) == "bf16", line.GetValue(layout) == "nhwc");
            JsonLine.Print(InferenceMeasurement.Run(
                InferenceNetwork.Named(network), line.GetValue(implementation)!, variant, line.GetValue(runs),
                line.GetValue(warmup)));
            return 0;
        });
        return command;
    }
}
