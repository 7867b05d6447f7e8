using System.CommandLine;
using System.Diagnostics;
using GanKit.Data;
using GanKit.Metrics;
using static TorchSharp.torch;

namespace GanKit.Benchmarks.Extractors;

/// <summary><c>extractors</c>: what a feature extractor costs an image, and, with <c>--rank</c>, whether a light one ranks checkpoints.</summary>
internal static class ExtractorsCommand
{
    private const int Repetitions = 5;

    internal static Command Create()
    {
        var batch = BenchmarkOptions.Count("--batch", "Images in a batch.", 16);
        var threads = BenchmarkOptions.Count("--threads", "libtorch's threads.", 2);
        var rank = new Option<bool>("--rank") { Description = "Train four recipes on Fashion-MNIST and rank their checkpoints." };
        var command = new Command(
            "extractors", "What feature extractors cost an image; with --rank, how a light one ranks checkpoints.") { batch, threads, rank };
        command.SetAction(line =>
        {
            set_num_threads(line.GetValue(threads));
            if (line.GetValue(rank))
                CheckpointRanking.Run();
            else
                Costs(line.GetValue(batch));
        });
        return command;
    }

    private static void Costs(int batch)
    {
        // Weights change no time, so random ones stand for the published.
        using (var inception = new FidInception(new FidInceptionNetwork().Freeze(), "random", null, 2048, FeaturePreprocessing.TorchFidelity))
            Time("inception", inception, batch, 3, 256);
        using (var vgg = new ImageNetExtractor(ImageNetNetwork.Vgg16(withClassifier: true).Freeze(), "random", null))
            Time("vgg16", vgg, batch, 3, 256);
        using (var light = LightExtractor.Train(FashionMnist.Load().Take(640).Resize(32), steps: 2))
            Time("light", light, batch, 1, 32);
        foreach (var preprocessing in FeaturePreprocessing.All)
        {
            using var images = rand(batch, 3, 256, 256) * 2 - 1;
            Report(preprocessing.Name, batch, 256, () => preprocessing.Prepare(images).Dispose());
        }
    }

    private static void Time(string name, IFeatureExtractor extractor, int batch, long channels, long size)
    {
        using var images = rand(batch, channels, size, size) * 2 - 1;
        Report(name, batch, size, () => extractor.Extract(images).Dispose());
    }

    private static void Report(string name, int batch, long size, Action run)
    {
        run();
        var times = new double[Repetitions];
        foreach (ref var time in times.AsSpan())
        {
            var start = Stopwatch.GetTimestamp();
            run();
            time = Stopwatch.GetElapsedTime(start).TotalMilliseconds / batch;
        }

        var median = Math.Round(times.Order().ElementAt(Repetitions / 2), 3);
        JsonLine.Print(new { extractor = name, size, batch, threads = get_num_threads(), ms_an_image = median });
    }
}
