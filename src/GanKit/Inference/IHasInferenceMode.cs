namespace GanKit.Networks;

/// <summary>
/// A network, or a part of one, that knows how it runs when it is used and no longer trained;
/// <see cref="InferenceMode.Own"/> asks it.
/// </summary>
public interface IHasInferenceMode
{
    /// <summary>How it runs when it is used and no longer trained.</summary>
    InferenceMode InferenceMode { get; }
}
