using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary>Times a workload's steps.</summary>
internal static class StepMeasurement
{
    internal static StepReport Run(Workload workload, string implementation, StepVariant variant, int steps, int warmup)
    {
        using var step = workload.Create(implementation, variant);
        warmup = WarmUp.Run(step, warmup);

        var (own, tensors, managed) = (Memory.OwnResidentMb(), Tensor.TotalCount, GC.GetTotalAllocatedBytes(precise: true));
        var timings = Timings.Of(step.Run, steps);
        managed = GC.GetTotalAllocatedBytes(precise: true) - managed;
        tensors = Tensor.TotalCount - tensors; // before a collection frees what a step forgot to
        var report = new StepReport
        {
            Workload = workload.Name,
            Impl = implementation,
            Batch = variant.BatchSize,
            Precision = variant.BFloat16 ? "bf16" : "f32",
            Layout = variant.ChannelsLast ? "nhwc" : "nchw",
            Threads = get_num_threads(),
            Steps = steps,
            Warmup = warmup,
            MedianMs = timings.Median,
            MinMs = timings.Min,
            MaxMs = timings.Max,
            ImagesPerS = variant.BatchSize / timings.Median * 1000,
            LiveTensorsGrowth = tensors,
            PeakRssMb = Memory.PeakResidentMb(),
            RssGrowthPercent = (Memory.OwnResidentMb() - own) / Memory.ResidentMb() * 100,
            ManagedBytesPerStep = managed / steps,
            Parameters = step.Generator.parameters().Concat(step.Discriminator.parameters()).Sum(
                parameter => parameter.numel()),
        };
        return workload.FlopsPerSample is { } flops ? WithPeak(report, flops * variant.BatchSize, variant) : report;
    }

    private static StepReport WithPeak(StepReport report, double flops, StepVariant variant)
    {
        var reached = flops / report.MedianMs / 1e6;
        var peak = MachinePeak.Measure(variant.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32);
        return report with { GflopsPerS = reached, PeakGflopsPerS = peak, ShareOfPeak = reached / peak };
    }
}
