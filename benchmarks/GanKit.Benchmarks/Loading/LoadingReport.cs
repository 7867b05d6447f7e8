namespace GanKit.Benchmarks;

/// <summary>What is measured of the loader, and of Skia's decoder on the same files.</summary>
internal sealed record LoadingReport
{
    public required string Folder { get; init; }

    public required int Images { get; init; }

    public required int Size { get; init; }

    public required int Crop { get; init; }

    public required int Batch { get; init; }

    public required int Workers { get; init; }

    public required double ImagesPerS { get; init; }

    /// <summary>Half of the batches came this long after the one before.</summary>
    public required double P50Ms { get; init; }

    public required double P99Ms { get; init; }

    /// <summary>From the listing of the folder to the first batch.</summary>
    public required double StartupMs { get; init; }

    /// <summary>What Skia alone decodes with as many threads, without making tensors.</summary>
    public required double SkiaImagesPerS { get; init; }

    /// <summary>The loader's images/s as a share of Skia's.</summary>
    public required double Ratio { get; init; }

    public required double PeakRssMb { get; init; }
}
