using System.CommandLine;
using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary><c>step</c>: how long one training step of a workload takes.</summary>
internal static class StepCommand
{
    internal static Command Create()
    {
        var workload = BenchmarkOptions.OneOf("--workload", "What to train", Workload.Names);
        var batch = BenchmarkOptions.OptionalCount("--batch", "Samples a step; by default the workload's own number.");
        var steps = BenchmarkOptions.Count("--steps", "Steps that are timed.", 20);
        var warmup = BenchmarkOptions.Count("--warmup", "Steps before them.", 5, least: 0);
        var (precision, layout) = (BenchmarkOptions.Precision(), BenchmarkOptions.Layout());
        var (implementation, threads) = (BenchmarkOptions.Implementation(), BenchmarkOptions.Threads());
        var check = new Option<bool>("--check")
        {
            Description = "Time nothing: compare the losses of both implementations over three steps from the same weights.",
        };
        var command = new Command("step", "Times a training step, and prints a line of JSON.")
        {
            workload, batch, steps, warmup, precision, layout, implementation, threads, check,
        };
        command.SetAction(line =>
        {
            var chosen = Workload.Named(line.GetValue(workload)!);
            var variant = new StepVariant(
                line.GetValue(batch)
                    ?? chosen.BatchSize, line.GetValue(precision) == "bf16", line.GetValue(layout) == "nhwc");
            set_num_threads(line.GetValue(threads));
            if (line.GetValue(check))
            {
                var report = StepCheck.Run(chosen, variant, steps: 3);
                JsonLine.Print(report);
                return report.Equal ? 0 : 1;
            }

            JsonLine.Print(StepMeasurement.Run(
                chosen, line.GetValue(implementation)!, variant, line.GetValue(steps), line.GetValue(warmup)));
            return 0;
        });
        return command;
    }
}
