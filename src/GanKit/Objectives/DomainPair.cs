using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>
/// The two discriminators of a cycle, one for each domain, trained as one network. Made as <see cref="DomainPair{TD}"/>.
/// </summary>
public abstract class DomainPair : Pair
{
    private protected DomainPair(Module a, Module b)
        : base(nameof(DomainPair), ("D_A", b), ("D_B", a))
    {
    }

    /// <summary>
    /// Judges images of domain A; <c>D_B</c> in the reference implementation, which names it by the generator it judges.
    /// </summary>
    public abstract Module<Tensor, Tensor> A { get; }

    /// <summary>Judges images of domain B; <c>D_A</c> in the reference implementation.</summary>
    public abstract Module<Tensor, Tensor> B { get; }
}

/// <summary>The two discriminators of a cycle, one for each domain, trained as one network.</summary>
/// <remarks>
/// State keys begin with <c>D_A.</c>, which judges domain B, and <c>D_B.</c>, as in the reference implementation.
/// </remarks>
/// <typeparam name="TD">The discriminators' type, from images to logits.</typeparam>
[Samplewise]
public sealed class DomainPair<TD> : DomainPair
    where TD : Module<Tensor, Tensor>
{
    /// <summary>Makes both discriminators.</summary>
    /// <param name="create">Makes one; called twice, for domain A first.</param>
    public DomainPair(Func<TD> create)
        : this(Make(create), Make(create))
    {
    }

    /// <summary>Joins two discriminators, which the pair then owns.</summary>
    /// <param name="a">Judges images of domain A.</param>
    /// <param name="b">Judges images of domain B.</param>
    /// <exception cref="ArgumentException">They are one network.</exception>
    public DomainPair(TD a, TD b)
        : base(a, b) => (A, B) = (a, b);

    /// <inheritdoc/>
    public override TD A { get; }

    /// <inheritdoc/>
    public override TD B { get; }
}
