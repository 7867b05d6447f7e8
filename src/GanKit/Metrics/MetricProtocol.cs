namespace GanKit.Metrics;

/// <summary>How a number was measured. Numbers of different protocols say nothing about each other.</summary>
/// <remarks>Immutable.</remarks>
public sealed record MetricProtocol
{
    /// <summary>The measure, such as "frechet".</summary>
    public required string Metric { get; init; }

    /// <summary>The name of the <see cref="MetricDialect"/>, or of the code that the measure follows.</summary>
    public required string Dialect { get; init; }

    /// <summary>Its parameters in words, such as "100 subsets of 1000, seed 2020"; empty where it has none.</summary>
    public string Settings { get; init => field = Given.NotNull(value); } = "";

    /// <summary>The feature extractor's name; "none" where pixels are compared.</summary>
    public string Extractor { get; init => field = Given.NotNull(value); } = "none";

    /// <summary>The hash of its weights, or null.</summary>
    public string? ExtractorHash { get; init; }

    /// <summary>How images were resized for it.</summary>
    public string Resizer { get; init => field = Given.NotNull(value); } = "none";

    /// <summary>The shape of the generated images, such as "3 x 32 x 32", or null where it is not known.</summary>
    public string? ImageSize { get; init; }

    /// <summary>How many generated samples, or pairs, were measured.</summary>
    public required long Samples { get; init; }

    /// <summary>How many real ones they were compared with, or null where there is no reference.</summary>
    public long? ReferenceSamples { get; init; }

    /// <summary>A hash of the real ones, or null where it is not known.</summary>
    public string? ReferenceHash { get; init; }

    /// <summary>The seed that samples were generated from, or null.</summary>
    public long? Seed { get; init; }

    private IEnumerable<(string Name, object? Value)> Parts =>
    [
        ("measure", Metric), ("dialect", Dialect), ("setting", Settings), ("extractor", Extractor), ("extractor's hash", ExtractorHash),
        ("resizer", Resizer), ("image size", ImageSize), ("number of samples", Samples), ("number of reference samples", ReferenceSamples),
        ("reference's hash", ReferenceHash), ("seed", Seed),
    ];

    /// <summary>Names the differences from another protocol.</summary>
    /// <param name="other">The other one.</param>
    /// <returns>Such as "the dialect is 'exact' here and 'pytorch-fid' there", or null where there is none.</returns>
    public string? DifferenceFrom(MetricProtocol other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var differences = Parts.Zip(other.Parts).Where(pair => !Equals(pair.First.Value, pair.Second.Value)).Select(
            pair => $"the {pair.First.Name} is {Quoted(pair.First.Value)} here and {Quoted(pair.Second.Value)} there").ToArray();
        return differences.Length == 0 ? null : string.Join("; ", differences);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Parts.Where(part => part.Value is not (null or "")).Select(
        part => FormattableString.Invariant($"{part.Name} {part.Value}")));

    /// <summary>The protocol of a measure between two sets of features, which must be of one extractor.</summary>
    internal static MetricProtocol Between(
        string metric, string dialect, FeatureStatistics reference, FeatureStatistics generated, string settings = "",
        long? keep = null)
    {
        RequireSameExtractor(reference, generated);
        return Of(metric, dialect, generated, settings, keep) with
        {
            ReferenceSamples = keep is { } most ? Math.Min(most, reference.KeptCount) : reference.Count,
            ReferenceHash = reference.Origin.DataHash,
        };
    }

    /// <summary>The protocol of a measure of one set of features.</summary>
    internal static MetricProtocol Of(
        string metric, string dialect, FeatureStatistics generated, string settings = "", long? keep = null) => new()
        {
            Metric = metric,
            Dialect = dialect,
            Settings = settings,
            Extractor = generated.Origin.Extractor,
            ExtractorHash = generated.Origin.ExtractorHash,
            Resizer = generated.Origin.Resizer,
            ImageSize = generated.Origin.ImageSize,
            Samples = keep is { } most ? Math.Min(most, generated.KeptCount) : generated.Count,
            Seed = generated.Origin.Seed,
        };

    internal static void RequireSameExtractor(FeatureStatistics reference, FeatureStatistics generated)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(generated);
        var (real, made) = (reference.Origin, generated.Origin);
        (string Name, object? Real, object? Made)[] parts =
        [
            ("number of features", reference.FeatureSize, generated.FeatureSize), ("extractor", real.Extractor, made.Extractor),
            ("extractor's hash", real.ExtractorHash, made.ExtractorHash), ("resizer", real.Resizer, made.Resizer),
        ];
        foreach (var (name, one, other) in parts)
        {
            if (!Equals(one, other))
            {
                throw new ArgumentException(
                    $"Features of two extractors can't be compared: the {name} of the reference is {Quoted(one)} and that of the generated "
                    + $"ones {Quoted(other)}.", nameof(generated));
            }
        }
    }

    private static string Quoted(object? value) => value switch
    {
        null => "unknown",
        string text => $"'{text}'",
        _ => FormattableString.Invariant($"{value}"),
    };
}
