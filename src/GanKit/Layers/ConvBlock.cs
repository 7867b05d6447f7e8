using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>A convolution, then a normalisation, then an activation.</summary>
/// <remarks>
/// <code>new ConvBlock(64, 128, kernelSize: 4, stride: 2, norm: Norm.Instance, activation: LeakyReLU(0.2))</code>
/// halves the size. State keys: <c>conv.weight</c>, <c>conv.bias</c> and <c>norm.*</c>, as far as they exist. The
/// weights start as PyTorch's convolutions do.
/// </remarks>
[Samplewise]
public sealed class ConvBlock : Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv")]
    private readonly Module<Tensor, Tensor> _conv;
    [ComponentName(Name = "norm")]
    private readonly Module<Tensor, Tensor> _norm;
    [ComponentName(Name = "activation")]
    private readonly Module<Tensor, Tensor> _activation;
    private readonly long _inChannels;

    /// <summary>Makes the block.</summary>
    /// <param name="inChannels">Channels of the input, at least 1.</param>
    /// <param name="outChannels">Channels of the output, at least 1.</param>
    /// <param name="kernelSize">Height and width of the kernel, at least 1. Default: 3.</param>
    /// <param name="stride">Step of the kernel, at least 1. Default: 1.</param>
    /// <param name="padding">
    /// Pixels added on each side. Default: <c>(kernelSize - 1) / 2</c>, which keeps the size for odd kernels, and
    /// halves an even size for kernels of 3, 4, 5... at stride 2.
    /// </param>
    /// <param name="norm">The normalisation. Default: <see cref="Norm.None"/>.</param>
    /// <param name="activation">The activation, which the block then owns. Default: none.</param>
    /// <param name="bias">
    /// Whether the convolution has a bias. Default: unless <paramref name="norm"/> would cancel it
    /// (<see cref="Norm.RemovesChannelMean"/>).
    /// </param>
    /// <param name="paddingMode">What the added pixels hold. Default: zeros.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public ConvBlock(
        long inChannels, long outChannels, long kernelSize = 3, long stride = 1, long? padding = null,
        Norm? norm = null, Module<Tensor, Tensor>? activation = null, bool? bias = null,
        PaddingModes paddingMode = PaddingModes.Zeros)
        : base(NativeBackend.For(nameof(ConvBlock)))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(kernelSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(padding ?? 0, nameof(padding));
        norm ??= Norm.None;

        _inChannels = inChannels;
        _conv = Conv2d(
            inChannels, outChannels, kernelSize, stride: stride, padding: padding ?? (kernelSize - 1) / 2,
            padding_mode: paddingMode, bias: bias ?? !norm.RemovesChannelMean);
        _norm = norm.Create(outChannels);
        _activation = activation ?? Identity();
        RegisterComponents();
    }

    /// <summary>Applies the three in turn.</summary>
    /// <param name="input">(B, inChannels, H, W).</param>
    /// <returns>(B, outChannels, H', W') with <c>H' = floor((H + 2 · padding - kernelSize) / stride) + 1</c>.</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public override Tensor forward(Tensor input)
    {
        Expect.Maps(input, _inChannels, nameof(ConvBlock));
        using var scope = NewDisposeScope();
        return _activation.call(_norm.call(_conv.call(input))).MoveToOuterDisposeScope();
    }
}
