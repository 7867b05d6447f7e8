using static TorchSharp.torch;

namespace GanKit.Networks;

/// <summary>A network of this library, which can make another of the same form.</summary>
internal interface IRebuildable
{
    /// <summary>
    /// Whether every layer that feeds a batch normalisation is the library's own, so that no code of a user's, such as a
    /// hook, stands between the two.
    /// </summary>
    bool FeedsItsNorms => true;

    /// <summary>Makes a network of the same constructor arguments, with weights of its own.</summary>
    nn.Module Rebuild();
}
