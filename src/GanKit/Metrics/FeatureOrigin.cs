namespace GanKit.Metrics;

/// <summary>What features are of: the extractor that made them, how it resized the images, and which images they were.</summary>
/// <remarks>Immutable. It becomes part of the <see cref="MetricProtocol"/> of each result.</remarks>
public sealed record FeatureOrigin
{
    /// <summary>The extractor's name; "given features" where none is known.</summary>
    public string Extractor { get; init => field = Given.NotNull(value); } = "given features";

    /// <summary>The hash of the extractor's weights, or null where it has none.</summary>
    public string? ExtractorHash { get; init; }

    /// <summary>How images were brought to the extractor's size and range.</summary>
    public string Resizer { get; init => field = Given.NotNull(value); } = "none";

    /// <summary>The images' shape, such as "3 x 32 x 32", or null where it is not known.</summary>
    public string? ImageSize { get; init; }

    /// <summary>A hash of the images that the features are of, or null where it is not known.</summary>
    public string? DataHash { get; init; }

    /// <summary>The seed that the images were generated from, or null.</summary>
    public long? Seed { get; init; }

    /// <summary>The origin of features that an extractor makes.</summary>
    /// <param name="extractor">The extractor.</param>
    public static FeatureOrigin Of(IFeatureExtractor extractor)
    {
        ArgumentNullException.ThrowIfNull(extractor);
        return new() { Extractor = extractor.Name, ExtractorHash = extractor.Hash, Resizer = extractor.Resizer };
    }
}
