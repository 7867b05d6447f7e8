using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>One network of a <see cref="NetworkFamily"/>: its parameters, and what follows from them.</summary>
/// <remarks>
/// Derive a record of the parameters; two are equal when those are. Nothing but <see cref="Build"/> needs libtorch.
/// </remarks>
public abstract record NetworkSpec
{
    /// <summary>
    /// Family and parameters: <c>junyanz ResnetGenerator, 9 blocks, instance norm, 3 to 3 channels, width 64</c>.
    /// </summary>
    public abstract string Description { get; }

    /// <summary>What it takes and what it gives.</summary>
    public abstract NetworkUse Use { get; }

    /// <summary>The names and sizes of its weights, as its files have them.</summary>
    public abstract WeightLayout Weights { get; }

    /// <summary>
    /// Turns those names into the ones of what <see cref="Build"/> makes; unless overridden, they are the same.
    /// </summary>
    public virtual KeyMap KeyMap => new();

    /// <summary>What the weights don't tell, and what is assumed instead; empty unless overridden.</summary>
    public virtual IReadOnlyList<string> Notes => [];

    /// <summary>Makes the network, freshly initialised, on the CPU, in training mode.</summary>
    /// <returns>A new network; the caller owns it.</returns>
    public abstract Module<Tensor, Tensor> Build();

    /// <summary><see cref="Description"/>.</summary>
    /// <returns>The description.</returns>
    public sealed override string ToString() => Description;
}
