namespace GanKit.Benchmarks;

/// <summary>How the harness's switches reach the trainer: the one place that knows.</summary>
internal static class TrainerSwitches
{
    internal static TrainerOptions With(this TrainerOptions options, StepVariant variant)
    {
        if (variant.ChannelsLast)
            throw new NotSupportedException("--layout nhwc is not available: this GanKit has no option for the memory layout yet.");
        return options with { Precision = variant.BFloat16 ? Precision.BFloat16 : Precision.Float32 };
    }
}
