namespace GanKit.Networks;

/// <summary>
/// The properties of a network from images to images, so that <see cref="TranslateExtensions.Translate"/> runs it
/// rightly. Networks without it take any size, work in [-1, 1] and run in evaluation mode.
/// </summary>
public interface IImageTranslator : IHasInferenceMode
{
    /// <summary>The heights and widths that it takes.</summary>
    PictureSizes PictureSizes { get; }

    /// <summary>
    /// The range of the values that it takes and makes: <see cref="ValueRange.Symmetric"/> unless overridden.
    /// </summary>
    ValueRange Range => ValueRange.Symmetric;
}
