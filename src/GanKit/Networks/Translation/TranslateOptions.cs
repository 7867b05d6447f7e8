namespace GanKit;

/// <summary>How <see cref="TranslateExtensions.Translate"/> runs a generator.</summary>
public sealed record TranslateOptions
{
    /// <summary>
    /// What is done with pictures of sizes that the network does not take, or that are too large for it;
    /// <see cref="PictureFit.PadAndCrop"/> by default.
    /// </summary>
    public PictureFit Fit { get; init; } = PictureFit.PadAndCrop;

    /// <summary>
    /// The mode it runs in; by default the network's own (<see cref="IImageTranslator.InferenceMode"/>), or
    /// <see cref="InferenceMode.RunningStatistics"/> where it has none.
    /// </summary>
    public InferenceMode? Mode { get; init; }

    /// <summary>
    /// The sizes that it takes; by default the network's own (<see cref="IImageTranslator.PictureSizes"/>), or all
    /// where it has none.
    /// </summary>
    public PictureSizes? Sizes { get; init; }
}
