namespace GanKit.Networks;

/// <summary>How <see cref="TranslateExtensions.Translate"/> runs a generator.</summary>
public sealed record TranslateOptions
{
    /// <summary>
    /// The treatment of pictures of sizes that the network does not take, or that are too large for it;
    /// <see cref="PictureFit.PadAndCrop"/> by default.
    /// </summary>
    public PictureFit Fit { get; init => field = Given.NotNull(value); } = PictureFit.PadAndCrop;

    /// <summary>
    /// The mode it runs in; <see cref="InferenceMode.Own"/> by default, which is evaluation where the network knows of
    /// no other. A prepared network (<c>ForInference</c>) runs in the mode that it was prepared for.
    /// </summary>
    public InferenceMode Mode { get; init => field = Given.NotNull(value); } = InferenceMode.Own;

    /// <summary>
    /// The sizes that it takes; by default the network's own (<see cref="IImageTranslator.PictureSizes"/>), or all
    /// where it has none.
    /// </summary>
    public PictureSizes? Sizes { get; init; }

    /// <summary>
    /// The range of the values that the network takes and makes; by default its own (<see cref="IImageTranslator.Range"/>), or
    /// <see cref="ValueRange.Symmetric"/> where it has none.
    /// </summary>
    public ValueRange? Range { get; init; }
}
