using static TorchSharp.torch;

namespace GanKit;

/// <summary>Fills the parameters of one layer with starting values.</summary>
/// <remarks>
/// Ready-made ones are in <see cref="Initializer"/>; <see cref="InitializerExtensions.Initialize"/> applies one to a
/// whole network. Implementations are immutable and thread safe.
/// </remarks>
public interface IInitializer
{
    /// <summary>
    /// Fills the layer's own parameters in place, or leaves it unchanged when this initialiser is not for its type.
    /// Called without gradient tracking; children are visited on their own.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="generator">The random source; the device's default one when <see langword="null"/>.</param>
    void InitializeLayer(nn.Module layer, Generator? generator);
}
