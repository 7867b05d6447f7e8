namespace GanKit.Benchmarks;

/// <summary>How the harness's switches reach the trainer: the one place that knows.</summary>
internal static class TrainerSwitches
{
    internal static TrainerOptions With(this TrainerOptions options, StepVariant variant) => options with
    {
        Precision = variant.BFloat16 ? Precision.BFloat16 : Precision.Float32,
        ChannelsLast = variant.ChannelsLast,
    };
}
