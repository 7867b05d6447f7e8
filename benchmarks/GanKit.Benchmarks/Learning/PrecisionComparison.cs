using System.Text.Json;
using GanKit.Checkpoints;
using GanKit.Networks;
using static TorchSharp.torch;

namespace GanKit.Benchmarks.Learning;

/// <summary>Trains the DCGAN example with three seeds, in float32 and in bfloat16, and compares the samples.</summary>
internal static class PrecisionComparison
{
    private const int Samples = 10_000;

    /// <summary>
    /// Writes a line of JSON for real pictures, one for each run, and one for each precision: mean and standard deviation.
    /// </summary>
    /// <param name="options">The example's; seeds and precisions are set here, and runs get folders in the output.</param>
    /// <param name="parsed">The same.</param>
    /// <param name="train">Whether to train; otherwise the checkpoints are an earlier run's.</param>
    /// <param name="output">Where the lines go.</param>
    /// <exception cref="ArgumentException">The options name other pictures than Fashion-MNIST.</exception>
    internal static void Run(string[] options, DcganOptions parsed, bool train, TextWriter output)
    {
        if (parsed.ImageFolder is not null || parsed.Channels != 1)
            throw new ArgumentException("'learn dcgan' takes Fashion-MNIST: no --images, no --channels.", nameof(parsed));
        var judge = new SampleJudge(parsed.Size);
        Write(new() { ["of"] = "real pictures" }, judge.RealPictures);

        var runs = new List<(string Precision, Dictionary<string, double> Figures)>();
        foreach (var seed in new[] { 1, 2, 3 })
        {
            foreach (var precision in new[] { Precision.Float32, Precision.BFloat16 })
            {
                var folder = Path.Combine(parsed.Output, $"{precision}-{seed}");
                string[] own = ["--output", folder, "--seed", $"{seed}", "--precision", precision.Name];
                if (train)
                    ExampleRun.Train("dcgan", [.. WithoutOutput(options), .. own]);
                var figures = Measure((parsed with { Output = folder }).LoadShape(), judge, seed);
                runs.Add((precision.Name, figures));
                Write(new() { ["of"] = "run", ["precision"] = precision.Name, ["seed"] = seed }, figures);
            }
        }

        foreach (var group in runs.GroupBy(run => run.Precision, run => run.Figures))
        {
            Write(
                new() { ["of"] = "mean and standard deviation", ["precision"] = group.Key, ["runs"] = group.Count() },
                group.First().Keys.ToDictionary(name => name, name => Spread([.. group.Select(figures => figures[name])])));
        }

        void Write<T>(Dictionary<string, object> head, Dictionary<string, T> figures)
            where T : notnull
        {
            foreach (var (name, figure) in figures)
                head[name] = figure;
            output.WriteLine(JsonSerializer.Serialize(head));
            output.Flush();
        }
    }

    // Drawn in float32 in either case, so that only training differs.
    private static Dictionary<string, double> Measure(DcganOptions options, SampleJudge judge, int seed)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        manual_seed(seed);
        var generator = new DcganGenerator(options.Size, options.Channels, options.LatentSize, options.Width);
        generator.LoadWeights(options.CheckpointPath).eval();
        return judge.Judge(cat([.. randn(Samples, options.LatentSize).split(500).Select(generator.call)]));
    }

    private static double[] Spread(double[] values)
    {
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
        return [Math.Round(mean, 4), Math.Round(deviation, 4)];
    }

    private static string[] WithoutOutput(string[] options)
    {
        var at = Array.IndexOf(options, "--output");
        return [.. options[..at], .. options[(at + 2)..]];
    }
}
