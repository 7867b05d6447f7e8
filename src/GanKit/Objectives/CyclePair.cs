using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>
/// The two generators of a cycle between domains A and B, trained as one network. Made as <see cref="CyclePair{TG}"/>.
/// </summary>
public abstract class CyclePair : Pair
{
    private protected CyclePair(Module aToB, Module bToA)
        : base(nameof(CyclePair), ("G_A", aToB), ("G_B", bToA))
    {
    }

    /// <summary>From images of A to images of B; <c>G_A</c> in the reference implementation.</summary>
    public abstract Module<Tensor, Tensor> AToB { get; }

    /// <summary>From images of B to images of A; <c>G_B</c> in the reference implementation.</summary>
    public abstract Module<Tensor, Tensor> BToA { get; }
}

/// <summary>The two generators of a cycle between domains A and B, trained as one network.</summary>
/// <remarks>State keys begin with <c>G_A.</c> and <c>G_B.</c>; each generator can be saved and loaded by itself.</remarks>
/// <typeparam name="TG">The generators' type, from images to images.</typeparam>
[Samplewise]
public sealed class CyclePair<TG> : CyclePair
    where TG : Module<Tensor, Tensor>
{
    /// <summary>Makes both generators.</summary>
    /// <param name="create">Makes one; called twice, for A to B first.</param>
    public CyclePair(Func<TG> create)
        : this(Make(create), Make(create))
    {
    }

    /// <summary>Joins two generators, which the pair then owns.</summary>
    /// <param name="aToB">From images of A to images of B.</param>
    /// <param name="bToA">From images of B to images of A.</param>
    /// <exception cref="ArgumentException">They are one network.</exception>
    public CyclePair(TG aToB, TG bToA)
        : base(aToB, bToA) => (AToB, BToA) = (aToB, bToA);

    /// <inheritdoc/>
    public override TG AToB { get; }

    /// <inheritdoc/>
    public override TG BToA { get; }
}
