using System.Diagnostics;
using GanKit.Data;
using SkiaSharp;

namespace GanKit.Benchmarks;

/// <summary>Times epochs over a folder of images, by turns with Skia's bare decoding of the same files.</summary>
internal static class LoadingMeasurement
{
    internal static LoadingReport Run(string folder, int size, int crop, int batch, int workers, int epochs)
    {
        Devices.KeepHostMemory = true; // as a trainer has it, whose batches these would be
        var started = Stopwatch.GetTimestamp();
        var images = ImageFolder.Load(folder);
        var batches = images.Resize(size).RandomCrop(crop).FlipHorizontally().Batches(
            batch, seed: 1, dropLast: false, workers: workers);
        batches.First().Dispose();
        var startup = Stopwatch.GetElapsedTime(started).TotalMilliseconds;

        string[] paths = [.. Enumerable.Range(0, images.Count).Select(images.Source.Name)];
        var (loader, skia, arrivals) = (new List<double>(), new List<double>(), new List<double>());
        // From here on files are in the system's cache, and both are compiled as well as they will be.
        Load(batches, []);
        Decode(paths, workers);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            loader.Add(Timings.Once(() => Load(batches, arrivals)));
            skia.Add(Timings.Once(() => Decode(paths, workers)));
        }

        var (ours, theirs) = (
            images.Count / new Timings(loader).Median * 1000, paths.Length / new Timings(skia).Median * 1000);
        var times = new Timings(arrivals);
        return new()
        {
            Folder = folder,
            Images = images.Count,
            Size = size,
            Crop = crop,
            Batch = batch,
            Workers = workers,
            ImagesPerS = ours,
            P50Ms = times.Median,
            P99Ms = times.Quantile(0.99),
            StartupMs = startup,
            SkiaImagesPerS = theirs,
            Ratio = ours / theirs,
            PeakRssMb = Memory.PeakResidentMb(),
        };
    }

    private static void Load(ImageBatches batches, List<double> arrivals)
    {
        using var epoch = batches.GetEnumerator();
        while (true)
        {
            var started = Stopwatch.GetTimestamp();
            if (!epoch.MoveNext())
                return;
            arrivals.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
    }

    private static void Decode(string[] paths, int workers) => Parallel.ForEach(
        paths, new ParallelOptions { MaxDegreeOfParallelism = workers }, path => SKBitmap.Decode(path)?.Dispose());
}
