using GanKit.Layers;
using static TorchSharp.torch;

namespace GanKit.Networks;

/// <summary>
/// A block of this library's in which layers feed batch normalisations, other than by the order of a <c>Sequential</c>.
/// </summary>
internal interface IFeedsNorms
{
    /// <summary>Each layer whose output goes to a normalisation and nowhere else.</summary>
    IEnumerable<(nn.Module Layer, BatchNormalization Norm)> Feeds { get; }
}
