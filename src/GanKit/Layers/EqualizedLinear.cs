using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>A fully connected layer with an equalised learning rate; see <see cref="EqualizedConv2d"/>.</summary>
/// <remarks>
/// <c>y = x (W · m · gain / sqrt(inFeatures))ᵀ + m · b</c> with m the learning-rate multiplier, W drawn from N(0,
/// 1/m²), b = 0. State keys: <c>weight</c> (outFeatures, inFeatures) and <c>bias</c> (outFeatures). StyleGAN's mapping
/// network uses a multiplier of 0.01.
/// <para>Karras et al. 2018, "Progressive Growing of GANs", section 4.1,
/// <see href="https://arxiv.org/abs/1710.10196"/>; the multiplier is from StyleGAN, Karras et al. 2019,
/// <see href="https://arxiv.org/abs/1812.04948"/>.</para>
/// </remarks>
[Samplewise]
public sealed class EqualizedLinear : Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;
    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;
    private readonly EqualizedScale _scale;
    private readonly long _inFeatures;

    /// <summary>Makes the layer.</summary>
    /// <param name="inFeatures">Length of an input vector, at least 1.</param>
    /// <param name="outFeatures">Length of an output vector, at least 1.</param>
    /// <param name="bias">Whether to add a learned bias. Default: true.</param>
    /// <param name="gain">
    /// Of the activation that follows. Default: sqrt(2), the paper's; use 1 for an output layer.
    /// </param>
    /// <param name="learningRateMultiplier">Below 1, this layer learns more slowly than the rest. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public EqualizedLinear(
        long inFeatures, long outFeatures, bool bias = true,
        double gain = EqualizedScale.DefaultGain, double learningRateMultiplier = 1)
            : base(NativeBackend.For(nameof(EqualizedLinear)))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inFeatures, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outFeatures, 1);
        _scale = new EqualizedScale(inFeatures, gain, learningRateMultiplier);

        _inFeatures = inFeatures;
        _weight = _scale.Weight(outFeatures, inFeatures);
        _bias = bias ? EqualizedScale.Bias(outFeatures) : null;
        RegisterComponents();
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="input">(*, inFeatures).</param>
    /// <returns>(*, outFeatures).</returns>
    /// <exception cref="ArgumentException">The input's last dimension is not inFeatures.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() == 0 || input.size(-1) != _inFeatures)
        {
            throw new ArgumentException(
                $"EqualizedLinear takes vectors (..., {_inFeatures}); this input is {input.Describe()}.",
                nameof(input));
        }

        using var scope = NewDisposeScope();
        return functional.linear(input, _scale.ScaleWeight(_weight), _scale.ScaleBias(_bias)).MoveToOuterDisposeScope();
    }
}
