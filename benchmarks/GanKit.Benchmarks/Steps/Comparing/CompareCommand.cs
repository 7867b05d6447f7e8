using System.CommandLine;

namespace GanKit.Benchmarks;

/// <summary><c>compare</c>: all implementations of all workloads by turns, as a table with ratios.</summary>
internal static class CompareCommand
{
    private static readonly string[] Default = ["mlp", "dcgan64", "dcgan64:2", "wgangp64", "sngan32", "pix2pix128",
        "cyclegan64"];

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
        var precision = BenchmarkOptions.OneOf(
            "--tuned-precision",
            "What the tuned ones compute in; f32 for a processor that is slow in 16 bits", ["f32", "bf16"], "bf16");
        var rounds = BenchmarkOptions.Count("--rounds", "How often each is run; the table has the medians.", 3);
        var steps = BenchmarkOptions.Count("--steps", "Steps that are timed in a run.", 20);
        var warmup = BenchmarkOptions.Count("--warmup", "Steps before them.", 5, least: 0);
        var threads = BenchmarkOptions.Threads();
        var output = new Option<FileInfo>("--output") { Description = "Also write every run's line of JSON to this file." };
        var command = new Command("compare", "Times all implementations of all workloads by turns, and prints a table.")
        {
            workloads, pyTorch, precision, rounds, steps, warmup, threads, output,
        };
        command.SetAction(line =>
        {
            (string Name, int Batch)[] chosen = [.. line.GetValue(workloads)!.Select(Parse)];
            var contenders = Contender.All(
                (line.GetValue(pyTorch) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries), line.GetValue(
                    precision)!);
            using var lines = line.GetValue(output)?.CreateText();
            Console.WriteLine($"{GanKitInfo.Collect()}\n");
            ComparisonTable.PrintHeading();
            foreach (var (name, batch) in chosen)
            {
                ComparisonTable.PrintRow($"{name} ({batch})", Measure(
                    contenders, name, batch, line.GetValue(rounds),
                    (line.GetValue(steps), line.GetValue(warmup), line.GetValue(threads)), lines));
            }
        });
        return command;
    }

    private static Dictionary<string, double> Measure(
        IReadOnlyList<Contender> contenders, string workload, int batch, int rounds, (int, int, int) counts,
        TextWriter? lines)
    {
        var times = contenders.ToDictionary(contender => contender.Name, _ => new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            // By turns, so that a machine that slows down slows all.
            foreach (var contender in contenders.Where(contender => times.ContainsKey(contender.Name)))
            {
                if (ContenderRun.Start(contender, workload, batch, counts) is not var (report, line))
                {
                    times.Remove(contender.Name);
                    continue;
                }

                times[contender.Name].Add(report.MedianMs);
                lines?.WriteLine(line);
                lines?.Flush();
            }
        }

        return times.ToDictionary(entry => entry.Key, entry => new Timings(entry.Value).Median);
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
