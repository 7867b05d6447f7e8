namespace GanKit.Benchmarks;

/// <summary>How the harness's switches reach the trainer: the one place that knows.</summary>
internal static class TrainerSwitches
{
    internal static TrainerOptions With(this TrainerOptions options, StepVariant variant)
    {
        if (variant.BFloat16)
            throw new NotSupportedException("--precision bf16 is not available: this GanKit has no TrainerOptions.Precision yet.");
        if (variant.ChannelsLast)
            throw new NotSupportedException("--layout nhwc is not available: this GanKit has no option for the memory layout yet.");
        return options;
    }
}
