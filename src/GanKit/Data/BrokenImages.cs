namespace GanKit;

/// <summary>What a loader does about an image that can't be read.</summary>
public sealed class BrokenImages
{
    private BrokenImages(string name) => Name = name;

    /// <summary>Throw an <see cref="InvalidDataException"/> that names the file.</summary>
    public static BrokenImages Fail { get; } = new("fail");

    /// <summary>
    /// Leave it out, fill its place with the next image, and list it in <see cref="ImageBatches.Broken"/>.
    /// </summary>
    public static BrokenImages Skip { get; } = new("skip");

    /// <summary>The name in lower case.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
