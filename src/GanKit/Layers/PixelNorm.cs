using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit.Layers;

/// <summary>
/// Scales each pixel's vector of channels to a mean square of 1, so that magnitudes can't run away in a generator.
/// </summary>
/// <remarks>
/// <c>y = x / sqrt(mean(x², dim 1) + eps)</c> (B, C, *) to (B, C, *): images, or latents (B, C). No parameters; the
/// same in training and in evaluation. 16-bit inputs are squared in 32 bits, for eps would vanish.
/// <para>Karras et al. 2018, "Progressive Growing of GANs", section 4.2,
/// <see href="https://arxiv.org/abs/1710.10196"/>.</para>
/// </remarks>
[Samplewise]
public sealed class PixelNorm : ParameterLessModule<Tensor, Tensor>
{
    private readonly double _epsilon;

    /// <summary>Makes the layer.</summary>
    /// <param name="eps">Keeps an all-zero pixel finite. Default: 1e-8, the paper's.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="eps"/> is not positive.</exception>
    public PixelNorm(double eps = 1e-8) : base(NativeBackend.For(nameof(PixelNorm)))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(eps);
        _epsilon = eps;
    }

    /// <summary>Normalises.</summary>
    /// <param name="input">(B, C, *), floating point.</param>
    /// <returns>The same shape and dtype.</returns>
    /// <exception cref="ArgumentException">The input has fewer than two dimensions.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() < 2)
        {
            throw new ArgumentException(
                $"PixelNorm takes (B, C, ...); this input is {input.Describe()}.", nameof(input));
        }

        using var scope = NewDisposeScope();
        var meanSquare = input.InSinglePrecision().square().mean([1], keepdim: true);  // (B, 1, *)
        return (input * meanSquare.Plus(_epsilon).rsqrt().to_type(input.dtype)).MoveToOuterDisposeScope();
    }
}
