namespace GanKit.Networks;

/// <summary>
/// A network, or a part of one, with an inference mode of its own, which <see cref="InferenceMode.Own"/> takes.
/// </summary>
public interface IHasInferenceMode
{
    /// <summary>How it runs when it is used and no longer trained.</summary>
    InferenceMode InferenceMode { get; }
}
