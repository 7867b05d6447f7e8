using System.CommandLine;
using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary><c>infer</c>: how fast a generator makes images.</summary>
internal static class InferCommand
{
    internal static Command Create()
    {
        var network = BenchmarkOptions.OneOf("--network", "What to run", InferenceNetwork.Names);
        var batch = BenchmarkOptions.Count("--batch", "Images a call.", 1);
        var runs = BenchmarkOptions.Count("--runs", "Calls that are timed.", 20);
        var warmup = BenchmarkOptions.Count("--warmup", "Calls before them, the first of which counts as startup.", 3);
        var (precision, layout) = (BenchmarkOptions.Precision(), BenchmarkOptions.Layout());
        var (implementation, threads) = (BenchmarkOptions.Implementation(), BenchmarkOptions.Threads());
        var command = new Command("infer", "Times a generator in use, and prints a line of JSON.")
        {
            network, batch, runs, warmup, precision, layout, implementation, threads,
        };
        command.SetAction(line =>
        {
            set_num_threads(line.GetValue(threads));
            var variant = new StepVariant(
                line.GetValue(batch), line.GetValue(precision) == "bf16", line.GetValue(layout) == "nhwc");
            JsonLine.Print(InferenceMeasurement.Run(
                InferenceNetwork.Named(line.GetValue(network)!), line.GetValue(implementation)!, variant,
                line.GetValue(runs), line.GetValue(warmup)));
        });
        return command;
    }
}
