namespace GanKit;

/// <summary>How far a run of <c>Fit</c> is meant to go.</summary>
/// <param name="TotalSteps">Steps in the whole run, where it can be known.</param>
/// <param name="StepsPerEpoch">Batches in an epoch, where it can be known.</param>
/// <param name="Epochs">Epochs in the whole run, where they were asked for.</param>
public sealed record FitPlan(long? TotalSteps, long? StepsPerEpoch, long? Epochs);
