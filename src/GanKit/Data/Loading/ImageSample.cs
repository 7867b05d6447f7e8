namespace GanKit;

/// <summary>The images of one sample as they were read.</summary>
/// <param name="Real">What the generator should learn to make.</param>
/// <param name="Condition">The image that it is given, if there is one.</param>
/// <param name="Aligned">Whether both show the same, so that one crop and one flip has to serve both.</param>
internal sealed record ImageSample(NamedImage Real, NamedImage? Condition = null, bool Aligned = false);
