namespace GanKit.Checkpoints;

/// <summary>The state of an optimiser in a file.</summary>
/// <param name="Key">Where it stands: <c>optG</c>.</param>
/// <param name="Kind">
/// Its kind, judged by its entries: <c>Adam</c>, <c>SGD</c>, <c>RMSprop</c>...; <c>Adam or AdamW</c> where those
/// can't be told apart; <c>optimiser</c> where it is none of those known.
/// </param>
/// <param name="ParameterCount">How many tensors it updates.</param>
/// <param name="Steps">How many updates it has made; null where it does not say.</param>
/// <param name="Options">Its main settings, those of its first group: <c>lr 0.0002, betas (0.5, 0.999)</c>.</param>
public sealed record OptimizerSummary(string Key, string Kind, long ParameterCount, long? Steps, string Options)
{
    /// <summary>All of it in a line: <c>Adam, 46 parameters, 1200 steps, lr 0.0002, betas (0.5, 0.999)</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Join(", ", new[]
    {
        Kind, Words.Count(ParameterCount, "parameter"), Steps is { } steps ? Words.Count(steps, "step") : "", Options,
    }.Where(part => part.Length > 0));
}
