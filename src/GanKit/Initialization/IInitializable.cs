using TorchSharp.Modules;

namespace GanKit;

/// <summary>
/// A linear or convolutional layer of one's own kind that initialisers fill as they fill TorchSharp's. Layers that set
/// their weights by a rule of their own, such as equalised learning rate, simply don't implement it.
/// </summary>
public interface IInitializable
{
    /// <summary>
    /// The weight to fill: (out, in, ...), or (in, out, ...) when transposed. Under a reparametrisation it is the
    /// original one.
    /// </summary>
    Parameter WeightToInitialize { get; }

    /// <summary>The bias to zero, or <see langword="null"/> when there is none.</summary>
    Parameter? BiasToInitialize { get; }

    /// <summary>Called after both were filled: the place to refresh what depends on the weight.</summary>
    void OnInitialized()
    {
    }
}
