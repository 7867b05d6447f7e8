using BenchmarkDotNet.Attributes;
using GanKit.Data;
using SkiaSharp;
using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary>
/// An epoch over a folder of JPEGs of 256 x 256 pixels: decoded, resized to 72 and cropped to 64 by the loader, against
/// the same written by hand, in a loop and side by side, and Skia's bare decoding, which makes no tensor. Times are those
/// of one image.
/// </summary>
public class LoaderBenchmark
{
    private const int ImageCount = 256;
    private const int BatchSize = 32;

    private readonly string _folder = Directory.CreateTempSubdirectory("gankit-benchmark-").FullName;
    private string[] _paths = null!;
    private ImageBatches _batches = null!;

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        manual_seed(1);
        for (var i = 0; i < ImageCount; i++)
        {
            using var scope = NewDisposeScope();
            // Smooth noise compresses like a photograph.
            var image = nn.functional.interpolate(
                rand(1, 3, 32, 32) * 2 - 1, size: [256, 256], mode: InterpolationMode.Bilinear, align_corners: false);
            Images.Write(Path.Combine(_folder, $"{i:000}.jpg"), image);
        }

        _paths = Directory.GetFiles(_folder);
        _batches = ImageFolder.Load(_folder).Resize(72).RandomCrop(64).FlipHorizontally().Batches(
            BatchSize, seed: 1, workers: Threads);
    }

    [GlobalCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [Benchmark(Baseline = true, OperationsPerInvoke = ImageCount)]
    public long HandWritten_Loop() => HandWrittenLoader.Epoch(_paths, BatchSize, size: 72, crop: 64);

    [Benchmark(OperationsPerInvoke = ImageCount)]
    public long HandWritten_Parallel() => HandWrittenLoader.ParallelEpoch(_paths, BatchSize, size: 72, crop: 64, Threads);

    [Benchmark(OperationsPerInvoke = ImageCount)]
    public void Skia_Decode() => Parallel.ForEach(
        _paths, new ParallelOptions { MaxDegreeOfParallelism = Threads }, path => SKBitmap.Decode(path).Dispose());

    [Benchmark(OperationsPerInvoke = ImageCount)]
    public long ImageBatches_Epoch()
    {
        var images = 0L;
        foreach (var batch in _batches)
            images += batch.Size;
        return images;
    }
}
