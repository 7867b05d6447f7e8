namespace GanKit.Benchmarks;

/// <summary>How a workload is run.</summary>
/// <param name="BatchSize">Samples a step.</param>
/// <param name="BFloat16">Whether networks run in bfloat16, by autocast.</param>
/// <param name="ChannelsLast">Whether images lie in memory channels last.</param>
internal sealed record StepVariant(int BatchSize, bool BFloat16 = false, bool ChannelsLast = false);
