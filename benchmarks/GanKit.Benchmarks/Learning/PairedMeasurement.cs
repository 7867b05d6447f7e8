using GanKit.Data;
using GanKit.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace GanKit.Benchmarks.Learning;

/// <summary>
/// How near a pix2pix generator comes to the truth on pictures it never saw, beside what needs no network.
/// </summary>
internal static class PairedMeasurement
{
    internal static Dictionary<string, object> Measure(Pix2PixOptions options)
    {
        using var generator = GeneratorFactory.FromCheckpoint(options.CheckpointPath).to(options.Device);
        var colors = options.Layout == "color" ? ColorTable.Of(Pictures("train")) : null;

        var baselines = new Dictionary<string, PictureErrors> { ["copy"] = new() };
        if (colors is not null)
        {
            foreach (var name in new[] { "mean_chroma", "mean_of_luma", "median_of_luma" })
                baselines[name] = new();
        }

        var (running, asTrained) = (new PictureErrors(), new PictureErrors());
        foreach (var batch in Pictures("test"))
        {
            using var scope = NewDisposeScope();
            var (input, truth) = (batch.Condition!, batch.Real);
            baselines["copy"].Add(input.expand(-1, 3, -1, -1), truth);
            if (colors is not null)
            {
                baselines["mean_chroma"].Add(colors.AddMeanChroma(input), truth);
                baselines["mean_of_luma"].Add(colors.MeanOfLuma(input), truth);
                baselines["median_of_luma"].Add(colors.MedianOfLuma(input), truth);
            }

            running.Add(
                generator.Translate(input, new TranslateOptions { Mode = InferenceMode.RunningStatistics }).cpu(), truth);
            asTrained.Add(generator.Translate(input, new TranslateOptions { Mode = InferenceMode.AsTrained }).cpu(), truth);
        }

        return new()
        {
            ["test_pictures"] = running.Count,
            ["l1"] = Table(errors => errors.L1),
            ["l1_coloured"] = Table(errors => errors.ColoredL1),
            ["ssim"] = Table(errors => errors.Ssim),
            ["coloured_share"] = Math.Round(running.ColoredShare, 4),
            ["l1_below_best_baseline"] = Margin(baselines.Values.Min(errors => errors.L1), errors => errors.L1),
            ["ssim_above_best_baseline"] = Margin(-baselines.Values.Max(errors => errors.Ssim), errors => -errors.Ssim),
        };

        // Batches as in training: with the pictures' own statistics, what is beside a picture counts.
        ImageBatches Pictures(string phase) =>
            options.LoadPairs(phase).Resize(options.Size, options.Size).Batches(
                options.BatchSize, seed: 1, dropLast: false);

        Dictionary<string, double> Table(Func<PictureErrors, double> figure) => baselines
            .Append(new("running_statistics", running)).Append(new("as_trained", asTrained))
            .ToDictionary(entry => entry.Key, entry => Math.Round(figure(entry.Value), 4));

        Dictionary<string, double> Margin(double best, Func<PictureErrors, double> figure) => new()
        {
            ["running_statistics"] = Math.Round(best - figure(running), 4),
            ["as_trained"] = Math.Round(best - figure(asTrained), 4),
        };
    }
}
