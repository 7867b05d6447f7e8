using System.Collections.Concurrent;
using GanKit.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>One network of a <see cref="NetworkFamily"/>: its parameters, and what follows from them.</summary>
/// <remarks>
/// Derive a record of the parameters; two are equal when those are. Its weights' names and sizes are not written down: they are
/// those of the network that it makes.
/// </remarks>
public abstract record NetworkSpec
{
    private const int MostKnown = 16;

    // A file may hold thousands of networks of a few forms.
    private static readonly ConcurrentDictionary<NetworkSpec, WeightLayout> Known = [];

    /// <summary>
    /// Family and parameters: <c>junyanz ResnetGenerator, 9 blocks, instance norm, 3 to 3 channels, width 64</c>.
    /// </summary>
    public abstract string Description { get; }

    /// <summary>Its inputs and outputs.</summary>
    public abstract NetworkUse Use { get; }

    /// <summary>
    /// Turns the names in its files into the ones of what it makes; unless overridden, they are the same.
    /// </summary>
    public virtual KeyMap KeyMap => new();

    /// <summary>Assumptions about settings that weights do not show; empty unless overridden.</summary>
    public virtual IReadOnlyList<string> Notes => [];

    /// <summary>Makes the network, freshly initialised, in training mode.</summary>
    /// <returns>A new network; the caller owns it.</returns>
    public Module<Tensor, Tensor> Build() => Create(null);

    /// <summary>The names and sizes of its weights: those of what <see cref="Create"/> makes.</summary>
    /// <returns>The layout; making it takes no memory for numbers.</returns>
    /// <exception cref="InvalidOperationException">There is no network of these parameters.</exception>
    public WeightLayout Layout() =>
        Layout(int.MaxValue) ?? throw new InvalidOperationException($"There is no {Description}.");

    /// <summary>The layout; null where there is no network of these parameters, or one of more layers with weights than given.</summary>
    internal WeightLayout? Layout(int mostLayers)
    {
        if (Known.TryGetValue(this, out var known))
            return known;
        var layout = Blueprint.Of(() => Create(META), WeightLayout.Of, mostLayers);
        if (Known.Count >= MostKnown)
            Known.Clear();
        if (layout is not null)
            Known[this] = layout;
        return layout;
    }

    /// <summary>Makes the network.</summary>
    /// <param name="device">
    /// Null for the default one; the <c>meta</c> device where only names and sizes are wanted, for which it takes no memory.
    /// Give it to each of TorchSharp's layers; this library's networks and layers take it by themselves.
    /// </param>
    /// <returns>A new network, in training mode; the caller owns it.</returns>
    protected abstract Module<Tensor, Tensor> Create(Device? device);

    /// <summary><see cref="Description"/>.</summary>
    /// <returns>The description.</returns>
    public sealed override string ToString() => Description;
}
