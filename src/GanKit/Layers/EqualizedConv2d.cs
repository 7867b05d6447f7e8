using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>
/// A convolution with an equalised learning rate: its weights are drawn from N(0, 1) and scaled when used, so that an
/// optimiser like Adam moves every layer at the same relative speed.
/// </summary>
/// <remarks>
/// <c>y = conv(x, W · m · gain / sqrt(inChannels · kernelSize²)) + m · b</c> with m the learning-rate multiplier, W
/// drawn from N(0, 1/m²), b = 0; zero padding. State keys: <c>weight</c> (outChannels, inChannels, kernelSize,
/// kernelSize) and <c>bias</c> (outChannels).
/// <para>Karras et al. 2018, "Progressive Growing of GANs", section 4.1,
/// <see href="https://arxiv.org/abs/1710.10196"/>; the multiplier is from StyleGAN, Karras et al. 2019,
/// <see href="https://arxiv.org/abs/1812.04948"/>.</para>
/// </remarks>
[Samplewise]
public sealed class EqualizedConv2d : Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;
    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;
    private readonly EqualizedScale _scale;
    private readonly long _inChannels;
    private readonly long[] _strides;
    private readonly long[] _paddings;

    /// <summary>Makes the layer.</summary>
    /// <param name="inChannels">Channels of the input, at least 1.</param>
    /// <param name="outChannels">Channels of the output, at least 1.</param>
    /// <param name="kernelSize">Height and width of the kernel, at least 1.</param>
    /// <param name="stride">Step of the kernel, at least 1. Default: 1.</param>
    /// <param name="padding">
    /// Zeros on each side. Default: <c>(kernelSize - 1) / 2</c>, which keeps the size for odd kernels.
    /// </param>
    /// <param name="bias">Whether to add a learned bias. Default: true.</param>
    /// <param name="gain">
    /// Of the activation that follows. Default: sqrt(2), the paper's; use 1 for an output layer.
    /// </param>
    /// <param name="learningRateMultiplier">Below 1, this layer learns more slowly than the rest. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public EqualizedConv2d(
        long inChannels, long outChannels, long kernelSize, long stride = 1, long? padding = null, bool bias = true,
        double gain = EqualizedScale.DefaultGain, double learningRateMultiplier = 1)
            : base(NativeBackend.For(nameof(EqualizedConv2d)))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(kernelSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(padding ?? 0, nameof(padding));
        _scale = new EqualizedScale(inChannels * kernelSize * kernelSize, gain, learningRateMultiplier);

        _inChannels = inChannels;
        _strides = [stride, stride];
        _paddings = [padding ?? (kernelSize - 1) / 2, padding ?? (kernelSize - 1) / 2];
        _weight = _scale.Weight(outChannels, inChannels, kernelSize, kernelSize);
        _bias = bias ? EqualizedScale.Bias(outChannels) : null;
        RegisterComponents();
    }

    /// <summary>Convolves.</summary>
    /// <param name="input">(B, inChannels, H, W).</param>
    /// <returns>(B, outChannels, H', W') with <c>H' = floor((H + 2 · padding - kernelSize) / stride) + 1</c>.</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public override Tensor forward(Tensor input)
    {
        Expect.Maps(input, _inChannels, nameof(EqualizedConv2d));
        using var scope = NewDisposeScope();
        return functional.conv2d(input, _scale.ScaleWeight(_weight), _scale.ScaleBias(_bias), _strides, _paddings)
            .MoveToOuterDisposeScope();
    }
}
