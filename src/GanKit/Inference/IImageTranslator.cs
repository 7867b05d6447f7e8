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
    /// The value of black in what it takes and makes: -1 unless overridden, 0 where it works in [0, 1]. White is 1.
    /// </summary>
    double Black => -1;
}
