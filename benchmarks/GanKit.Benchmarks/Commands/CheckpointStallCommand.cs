using System.CommandLine;
using System.Diagnostics;
using GanKit.Data;
using GanKit.Resuming;
using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary><c>checkpoint</c>: how long a checkpoint stops training, beside a plain write of as many bytes to the same disk.</summary>
internal static class CheckpointStallCommand
{
    private const int LayerWeights = 1_000_000;

    internal static Command Create()
    {
        var size = BenchmarkOptions.Count("--millions", "Parameters of the generator, in millions; Adam keeps two numbers for each.", 63);
        var rounds = BenchmarkOptions.Count("--rounds", "How often all take their turn.", 5);
        var folder = new Option<string?>("--folder") { Description = "A folder of the disk to write to; a temporary one by default." };
        var command = new Command("checkpoint",
            "Writes checkpoints in the background and not, and plain bytes, by turns: how long training stands still.") { size, rounds, folder };
        command.SetAction(line => Measure(line.GetValue(size), line.GetValue(rounds), line.GetValue(folder)));
        return command;
    }

    private static void Measure(int millions, int rounds, string? parent)
    {
        var folder = parent is null ? Directory.CreateTempSubdirectory("gankit-benchmark-") : Directory.CreateDirectory(Path.Combine(parent, $"gankit-benchmark-{Environment.ProcessId}"));
        try
        {
            using var generator = nn.Sequential(Enumerable.Range(0, millions).Select(_ => (nn.Module<Tensor, Tensor>)nn.Linear(1000, 1000, hasBias: false)));
            using var discriminator = nn.Linear(1000, 1);
            using var trainer = AdversarialTrainer.Create<nn.Module<Tensor, Tensor>, nn.Module<Tensor, Tensor>, UnconditionalObjective>(
                generator, discriminator, new UnconditionalObjective(1000, AdversarialLoss.NonSaturating));
            using var samples = zeros(2, 1000);
            using var batch = new Batch(samples.clone());
            trainer.Step(batch);
            long bytes;
            using (var state = trainer.SaveState())
                bytes = BytesOf(state);
            var (plain, waiting, copying, whole) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round <= rounds; round++)
            {
                var timed = round > 0; // the first is not
                Add(plain, timed, () => WritePlain(Path.Combine(folder.FullName, "plain"), bytes));
                Checkpoint(trainer, batch, Path.Combine(folder.FullName, "waiting"), inBackground: false, (ms, _) => Add(waiting, timed, ms));
                Checkpoint(trainer, batch, Path.Combine(folder.FullName, "background"), inBackground: true, (ms, all) =>
                {
                    Add(copying, timed, ms);
                    Add(whole, timed, all);
                });
            }

            JsonLine.Print(new
            {
                Parameters = (long)millions * LayerWeights,
                Mb = bytes / 1e6,
                PlainWriteMs = Median(plain),
                StallWaitingMs = Median(waiting),
                StallWaitingTimesPlain = Median(waiting) / Median(plain),
                StallBackgroundMs = Median(copying),
                StallBackgroundTimesPlain = Median(copying) / Median(plain),
                UntilWrittenMs = Median(whole),
                Threads = get_num_threads(),
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Checkpoint(ITrainer trainer, Batch batch, string folder, bool inBackground, Action<double, double> report)
    {
        var checkpoints = new TrainingCheckpoints(folder, every: 1) { KeepLast = 1, InBackground = inBackground, StopOnSignals = false };
        checkpoints.OnFitStart(trainer, new FitPlan(null, null, null));
        var step = ((AdversarialTrainer<nn.Module<Tensor, Tensor>, nn.Module<Tensor, Tensor>>)trainer).Step(batch);
        var start = Stopwatch.GetTimestamp();
        checkpoints.OnStep(trainer, step);
        var stall = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        _ = checkpoints.Newest;
        var all = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        checkpoints.OnFitEnd(trainer);
        Directory.Delete(folder, recursive: true);
        report(stall, all);
    }

    private static void WritePlain(string path, long bytes)
    {
        var buffer = new byte[1 << 20];
        Random.Shared.NextBytes(buffer);
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            for (var left = bytes; left > 0; left -= buffer.Length)
                file.Write(buffer.AsSpan(0, (int)Math.Min(left, buffer.Length)));
            file.Flush(flushToDisk: true);
        }

        File.Delete(path);
    }

    private static void Add(List<double> times, bool timed, Action act)
    {
        var start = Stopwatch.GetTimestamp();
        act();
        Add(times, timed, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    private static void Add(List<double> times, bool timed, double milliseconds)
    {
        if (timed)
            times.Add(milliseconds);
    }

    private static long BytesOf(State state) => state.Sum(entry => entry.Value switch
    {
        Tensor tensor => tensor.NumberOfElements * tensor.element_size(),
        State inner => BytesOf(inner),
        _ => 0,
    });

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
}
