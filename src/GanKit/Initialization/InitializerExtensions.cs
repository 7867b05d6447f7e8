using System.ComponentModel;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>Applies initialisers to networks.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class InitializerExtensions
{
    /// <summary>
    /// Fills the parameters of a network and of all the layers within, in place: optimisers and averages that hold them
    /// stay valid.
    /// </summary>
    /// <remarks>
    /// Layers are visited depth first, children before their parent, in order of registration, as PyTorch's
    /// <c>Module.apply</c> does: the same seed draws the same weights.
    /// </remarks>
    /// <typeparam name="T">The network's type.</typeparam>
    /// <param name="module">The network, of any kind.</param>
    /// <param name="initializer">The initialiser.</param>
    /// <param name="generator">
    /// The random source, on the network's device; the device's default one when <see langword="null"/>.
    /// </param>
    /// <returns><paramref name="module"/> itself.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public static T Initialize<T>(this T module, IInitializer initializer, Generator? generator = null)
        where T : nn.Module
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(initializer);
        if (FirstWeights.AreSkipped)
            return module;
        using var noGrad = no_grad();
        Visit(module);
        return module;

        void Visit(nn.Module parent)
        {
            foreach (var child in parent.children())
            {
                Visit(child);
            }

            initializer.InitializeLayer(parent, generator);
        }
    }
}
