namespace GanKit;

/// <summary>
/// What a network from images to images says about itself, so that <see cref="TranslateExtensions.Translate"/> runs it
/// rightly. Networks without it take any size, and run in evaluation mode.
/// </summary>
public interface IImageTranslator
{
    /// <summary>How it runs when it is used and no longer trained.</summary>
    InferenceMode InferenceMode { get; }

    /// <summary>The heights and widths that it takes.</summary>
    PictureSizes PictureSizes { get; }
}
