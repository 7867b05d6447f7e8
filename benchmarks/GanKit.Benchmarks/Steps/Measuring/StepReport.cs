namespace GanKit.Benchmarks;

/// <summary>What is measured of one workload, in one run of one implementation.</summary>
internal sealed record StepReport
{
    public required string Workload { get; init; }

    public required string Impl { get; init; }

    public required int Batch { get; init; }

    public required string Precision { get; init; }

    public required string Layout { get; init; }

    public required int Threads { get; init; }

    public required int Steps { get; init; }

    /// <summary>Steps before the measured ones: those asked for, and those until memory had settled.</summary>
    public int? Warmup { get; init; }

    public required double MedianMs { get; init; }

    public required double MinMs { get; init; }

    public required double MaxMs { get; init; }

    public required double ImagesPerS { get; init; }

    /// <summary>Tensors alive after the measured steps, less those before.</summary>
    public long? LiveTensorsGrowth { get; init; }

    public required double PeakRssMb { get; init; }

    /// <summary>
    /// How much the memory that the process wrote to grew over the measured steps, in per cent of all that is resident.
    /// </summary>
    public required double RssGrowthPercent { get; init; }

    /// <summary>What a step allocates of .NET's memory, tensors' own not counted.</summary>
    public long? ManagedBytesPerStep { get; init; }

    /// <summary>Trained parameters of all networks, to see that implementations compute the same.</summary>
    public required long Parameters { get; init; }

    public double? GflopsPerS { get; init; }

    public double? PeakGflopsPerS { get; init; }

    public double? ShareOfPeak { get; init; }
}
