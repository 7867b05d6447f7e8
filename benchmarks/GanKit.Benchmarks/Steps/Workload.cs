namespace GanKit.Benchmarks;

/// <summary>A training step with fixed networks, losses and data, that two implementations do.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="BatchSize">Samples a step, unless told otherwise.</param>
/// <param name="WithGanKit">Makes it of GanKit's parts.</param>
/// <param name="ByHand">Makes it of TorchSharp alone.</param>
/// <param name="FlopsPerSample">The arithmetic that it needs for a sample, where that is known.</param>
internal sealed record Workload(
    string Name, int BatchSize, Func<StepVariant, ITrainingStep> WithGanKit, Func<StepVariant, ITrainingStep> ByHand,
    double? FlopsPerSample = null)
{
    internal static IReadOnlyList<Workload> All { get; } =
    [
        new("mlp", 64, GanKitSteps.Mlp, HandWrittenSteps.Mlp),
        new("dcgan64", 64, GanKitSteps.Dcgan, HandWrittenSteps.Dcgan, DcganArithmetic.FlopsPerSample),
        new("wgangp64", 32, GanKitSteps.WganGp, HandWrittenSteps.WganGp),
        new("sngan32", 64, GanKitSteps.Sngan, HandWrittenSteps.Sngan),
        new("pix2pix128", 1, GanKitSteps.Pix2Pix, HandWrittenSteps.Pix2Pix),
        new("cyclegan64", 1, GanKitSteps.CycleGan, HandWrittenSteps.CycleGan),
    ];

    internal static string[] Names => [.. All.Select(workload => workload.Name)];

    internal static Workload Named(string name) => All.Single(workload => workload.Name == name);

    /// <summary>Makes one implementation, always with the same weights.</summary>
    internal ITrainingStep Create(string implementation, StepVariant variant)
    {
        TorchSharp.torch.manual_seed(1);
        return implementation == "gankit" ? WithGanKit(variant) : ByHand(variant);
    }
}
