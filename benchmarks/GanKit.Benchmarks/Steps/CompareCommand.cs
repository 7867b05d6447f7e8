using System.CommandLine;

namespace GanKit.Benchmarks;

/// <summary><c>compare</c>: all implementations of all workloads by turns, as a table with ratios.</summary>
internal static class CompareCommand
{
    private const string GanKit = "gankit";
    private const string TorchSharp = "torchsharp";
    private const string PyTorch = "pytorch";
    private const string Tuned = " tuned";

    private static readonly string[] Default = ["mlp", "dcgan64", "dcgan64:2", "wgangp64", "sngan32", "pix2pix128",
        "cyclegan64"];

    private static readonly Comparison OfSteps = new("workload (batch)", "median_ms",
    [
        (TorchSharp, GanKit), (PyTorch, GanKit), (TorchSharp, GanKit + Tuned), (PyTorch + Tuned, GanKit + Tuned),
        (Contender.Baseline, GanKit), (Contender.Again(GanKit), GanKit),
        (Contender.Baseline + Tuned, GanKit + Tuned), (Contender.Again(GanKit + Tuned), GanKit + Tuned),
    ]);

    internal static Command Create()
    {
        var workloads = new Option<string[]>("--workloads")
        {
            HelpName = "W[:N]",
            Description = "What to train, with the batch size where it is not the workload's own; by default "
                + $"{string.Join(' ', Default)}.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => Default,
        };
        var pyTorch = new Option<string>("--pytorch")
        {
            HelpName = "COMMAND",
            Description = "How to start benchmarks/pytorch/step.py, for example \"python3 benchmarks/pytorch/step.py\"; "
                + "by default it stays out.",
        };
        var baseline = BenchmarkOptions.Baseline();
        var only = new Option<string[]>("--only")
        {
            HelpName = "COLUMN",
            Description = "Run these of the table's columns, for example gankit \"gankit tuned\"; by default all.",
            AllowMultipleArgumentsPerToken = true,
        };
        var precision = BenchmarkOptions.OneOf(
            "--tuned-precision",
            "What the tuned ones compute in; f32 for a processor that is slow in 16 bits", ["f32", "bf16"], "bf16");
        var rounds = BenchmarkOptions.OptionalCount("--rounds",
            "How often each is run; the table has the medians. By default 3, and "
            + $"{BenchmarkOptions.BaselineRounds} with --baseline.");
        var steps = BenchmarkOptions.Count("--steps", "Steps that are timed in a run.", 20);
        var warmup = BenchmarkOptions.Count("--warmup", "Steps before them.", 5, least: 0);
        var threads = BenchmarkOptions.Threads();
        var output = new Option<FileInfo>("--output") { Description = "Also write every run's line of JSON to this file." };
        var command = new Command("compare", "Times all implementations of all workloads by turns, and prints a table.")
        {
            workloads, pyTorch, baseline, only, precision, rounds, steps, warmup, threads, output,
        };
        command.SetAction(line =>
        {
            var other = line.GetValue(baseline) is { } folder ? BenchmarkBuild.In(folder) : null;
            var script = (line.GetValue(pyTorch) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var same = BenchmarkOptions.Spell(line, steps, warmup, threads);
            var rows =
                from text in line.GetValue(workloads)
                let work = Parse(text)
                let arguments = (string[])["--workload", work.Name, "--batch", $"{work.Batch}", .. same]
                let all = Contenders(work.Name, arguments, script, other, line.GetValue(precision)!)
                select ($"{work.Name} ({work.Batch})", Chosen(all, line.GetValue(only) ?? []));
            return OfSteps.Run(
                [.. rows], line.GetValue(rounds) ?? (other is null ? 3 : BenchmarkOptions.BaselineRounds), other,
                line.GetValue(output));
        });
        return command;
    }

    /// <summary>All that can be started: a baseline's and PyTorch's only where they are known.</summary>
    private static IEnumerable<Contender> Contenders(
        string workload, string[] work, string[] script, BenchmarkBuild? baseline, string precision)
    {
        // bfloat16 does not pay for the MLP's small products, on either side.
        var (asIs, plain) = (workload == "mlp", (string[])["step", .. work, "--impl"]);
        string[] tuned = asIs ? [] : ["--precision", precision];
        IEnumerable<Contender> all =
        [
            .. Contender.Builds(GanKit, baseline, suffix: "", [.. plain, "gankit"]),
            new(TorchSharp, BenchmarkBuild.This.Command([.. plain, "torchsharp"])),
            new(PyTorch, [.. script, .. work, "--mode", "reference"]),
            .. Contender.Builds(
                GanKit, baseline, Tuned, [.. plain, "gankit", .. tuned, .. asIs ? (string[])[] : ["--layout", "nhwc"]]),
            new(PyTorch + Tuned, [.. script, .. work, "--mode", "tuned", .. tuned]),
        ];
        return script.Length > 0 ? all : all.Where(contender => !contender.Name.StartsWith(PyTorch, StringComparison.Ordinal));
    }

    private static IReadOnlyList<Contender> Chosen(IEnumerable<Contender> all, string[] only)
    {
        var unknown = only.Except(all.Select(contender => contender.Name)).ToList();
        if (unknown.Count > 0)
        {
            throw new ArgumentException($"There is no column '{unknown[0]}'; there are "
                + $"{string.Join(", ", all.Select(contender => contender.Name))}.");
        }

        return [.. all.Where(contender => only.Length == 0 || only.Contains(contender.Name))];
    }

    private static (string Name, int Batch) Parse(string text)
    {
        var parts = text.Split(':');
        if (!Workload.Names.Contains(parts[0]))
        {
            throw new ArgumentException(
                $"There is no workload '{parts[0]}'; there are {string.Join(", ", Workload.Names)}.");
        }

        return parts switch
        {
            [var name] => (name, Workload.Named(name).BatchSize),
            [var name, var size] when int.TryParse(size, out var batch) && batch > 0 => (name, batch),
            _ => throw new ArgumentException($"'{text}' is no workload; write its name, or name:N for another batch size."),
        };
    }
}
