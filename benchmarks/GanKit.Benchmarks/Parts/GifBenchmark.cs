using BenchmarkDotNet.Attributes;
using GanKit.Data;
using GanKit.ImageSharp;
using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary>One more frame of a progress animation: a grid of 64 samples of 32 x 32 pixels.</summary>
public class GifBenchmark
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gankit-benchmark-").FullName;
    private AnimatedGif _gif = null!;
    private Tensor _grid = null!;

    [Params(1, 3)]
    public int Channels { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        using var images = rand(64, Channels, 32, 32);
        _grid = ImageGrid.Make(images);
    }

    /// <summary>Begins a new file, so that it does not grow over all iterations.</summary>
    [IterationSetup]
    public void BeginFile() => _gif = new AnimatedGif(Path.Combine(_folder, "progress.gif"));

    [GlobalCleanup]
    public void CleanUp()
    {
        _grid.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark]
    public void AnimatedGif_Add() => _gif.Add(_grid);
}
