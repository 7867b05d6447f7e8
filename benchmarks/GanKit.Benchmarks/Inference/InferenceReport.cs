namespace GanKit.Benchmarks;

/// <summary>What is measured of a generator in use.</summary>
internal sealed record InferenceReport
{
    public required string Network { get; init; }

    public required string Impl { get; init; }

    public required int Batch { get; init; }

    public required string Precision { get; init; }

    public required string Layout { get; init; }

    public required int Threads { get; init; }

    public required int Runs { get; init; }

    public required double ImagesPerS { get; init; }

    public required double P50Ms { get; init; }

    public required double P99Ms { get; init; }

    /// <summary>From the start of the process to its first output.</summary>
    public required double StartupMs { get; init; }

    public required long LiveTensorsGrowth { get; init; }

    public required double PeakRssMb { get; init; }
}
