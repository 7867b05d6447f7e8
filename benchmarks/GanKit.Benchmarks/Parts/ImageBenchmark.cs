using BenchmarkDotNet.Attributes;
using GanKit.Data;
using SkiaSharp;
using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary>A JPEG of 512 x 512 pixels decoded to a tensor, against Skia's bare decoding, which makes no tensor.</summary>
public class ImageBenchmark
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gankit-benchmark-").FullName;
    private string _path = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _path = Path.Combine(_folder, "image.jpg");
        using var scope = NewDisposeScope();
        // Smooth noise compresses like a photograph.
        var image = nn.functional.interpolate(
            rand(1, 3, 32, 32) * 2 - 1, size: [512, 512], mode: InterpolationMode.Bilinear, align_corners: false);
        Images.Write(_path, image);
    }

    [GlobalCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [Benchmark(Baseline = true)]
    public void Skia_Decode() => SKBitmap.Decode(_path).Dispose();

    [Benchmark]
    public void Images_Read() => Images.Read(_path).Dispose();
}
