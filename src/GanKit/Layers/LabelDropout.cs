using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>
/// Forgets some labels in training: each becomes "no class" with probability p. A network that is trained so samples
/// with a class and without one, and can be guided by the difference of the two.
/// </summary>
/// <remarks>
/// Generator and discriminator should see the same labels, so apply it once to a batch's labels and not inside either
/// network; <c>ConditionalObjective.LabelDropout</c> does so. In evaluation mode labels pass unchanged; for samples
/// without a class give the generator <see cref="Conditioning.WithoutClass"/>. Draws from the device's default random
/// source.
/// <para>Ho and Salimans 2022, "Classifier-Free Diffusion Guidance", <see href="https://arxiv.org/abs/2207.12598"/>,
/// drop 10 to 20 % of them.</para>
/// </remarks>
public sealed class LabelDropout : Module<Tensor, Tensor>
{
    private readonly Conditioning _conditioning;
    private readonly long _noClass;

    /// <summary>Makes the layer, in training mode.</summary>
    /// <param name="conditioning">The classes, with "no class": <c>Conditioning.Classes(10, noClass: true)</c>.</param>
    /// <param name="p">The probability to drop a label, from 0 to 1. Default: 0.1.</param>
    /// <exception cref="ArgumentException">There is no label for "no class".</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> is not from 0 to 1.</exception>
    public LabelDropout(Conditioning conditioning, double p = 0.1) : base(NativeBackend.For(nameof(LabelDropout)))
    {
        ArgumentNullException.ThrowIfNull(conditioning);
        if (p is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(p), p, $"The probability to drop a label must be from 0 to 1, not {p}.");
        }

        _noClass = conditioning.NoClass ?? throw new ArgumentException(
            $"Dropped labels become 'no class', and there is none among {conditioning}; " +
            "Conditioning.Classes(count, noClass: true) has one.", nameof(conditioning));
        (_conditioning, P) = (conditioning, p);
    }

    /// <summary>The probability to drop a label.</summary>
    public double P { get; }

    /// <summary>Drops labels in training mode.</summary>
    /// <param name="condition">Labels (B).</param>
    /// <returns>Labels (B), which the caller owns.</returns>
    /// <exception cref="ArgumentException">They are no labels of these classes.</exception>
    public override Tensor forward(Tensor condition)
    {
        _conditioning.Require(condition, nameof(LabelDropout));
        if (!(LayerModes.Of(this) ?? training))
            return condition.alias();
        using var chance = rand(condition.shape, device: condition.device); // (B), in [0, 1)
        using var dropped = chance < P; // (B)
        return condition.masked_fill(dropped, _noClass);
    }
}
