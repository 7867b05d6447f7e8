namespace GanKit.Data;

/// <summary>A loader's reaction to an image that can't be read.</summary>
public enum BrokenImages
{
    /// <summary>Throw an <see cref="InvalidDataException"/> that names the file.</summary>
    Fail,

    /// <summary>
    /// Leave it out, fill its place with the next image, and list it in <see cref="ImageBatches.Broken"/>.
    /// </summary>
    Skip,
}
