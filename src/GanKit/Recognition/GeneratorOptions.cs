namespace GanKit.Networks;

/// <summary>Which generator of a file is meant, and which kinds are known.</summary>
public sealed record GeneratorOptions
{
    /// <summary>
    /// Where it stands in the file: <c>netG_A</c>, <c>params_ema</c>, or with the prefix of its weights,
    /// <c>state_dict.generator</c>. Null, the default, takes the only generator there is; of averaged and plain weights
    /// of the same network the averaged ones.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>
    /// The networks to recognise; <see cref="NetworkFamily.Known"/> unless stated. The first that fits wins.
    /// </summary>
    public IReadOnlyList<NetworkFamily> Families { get; init => field = Given.NotNull(value); } = NetworkFamily.Known;
}
