using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>A two-dimensional convolution with spectral normalisation.</summary>
/// <remarks><inheritdoc cref="SpectralNormLayer" path="/remarks"/></remarks>
public sealed class SpectralNormConv2d : SpectralNormLayer
{
    private readonly long _inChannels;
    private readonly long _groups;
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly long[] _dilation;

    /// <summary>Builds the layer with PyTorch's default initialisation of a convolution.</summary>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output.</param>
    /// <param name="kernelSize">Height and width of the kernel.</param>
    /// <param name="stride">Step of the kernel.</param>
    /// <param name="padding">Zeros added on every side.</param>
    /// <param name="bias">Whether to add a bias.</param>
    /// <param name="powerIterations">Power iterations a training forward; 1 in PyTorch.</param>
    /// <param name="eps">The least value of a norm; 1e-12 in PyTorch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public SpectralNormConv2d(long inChannels, long outChannels, long kernelSize, long stride = 1, long padding = 0,
        bool bias = true, int powerIterations = 1, double eps = 1e-12)
        : this(Build(inChannels, outChannels, kernelSize, stride, padding, bias), powerIterations, eps)
    {
    }

    /// <summary>
    /// Normalises a convolution that exists, of any stride, padding, dilation and groups. It is taken over: its weights
    /// are copied, and it is disposed.
    /// </summary>
    /// <param name="convolution">The convolution, padded with zeros.</param>
    /// <param name="powerIterations">Power iterations a training forward; 1 in PyTorch.</param>
    /// <param name="eps">The least value of a norm; 1e-12 in PyTorch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">The convolution pads otherwise than by a number of zeros.</exception>
    public SpectralNormConv2d(Conv2d convolution, int powerIterations = 1, double eps = 1e-12)
        : base(NativeBackend.For(nameof(SpectralNormConv2d)), Require(convolution).weight, convolution.bias, 0,
            powerIterations, eps)
    {
        (_inChannels, _groups) = (convolution.in_channels, convolution.groups);
        (_stride, _padding, _dilation) = (convolution.stride, convolution.padding!, convolution.dilation);
        convolution.Dispose();
    }

    /// <summary>Convolves.</summary>
    /// <param name="input">(B, inChannels, H, W).</param>
    /// <returns>(B, outChannels, H', W').</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public override Tensor forward(Tensor input)
    {
        Expect.Maps(input, _inChannels, nameof(SpectralNormConv2d));
        using var weight = NormalizeWeight();
        return functional.conv2d(input, weight, LayerBias, _stride, _padding, _dilation, _groups);
    }

    private static Conv2d Build(
        long inChannels, long outChannels, long kernelSize, long stride, long padding, bool bias)
    {
        NativeBackend.EnsureLoaded();
        RequireConvolution(inChannels, outChannels, kernelSize, stride, padding);
        return Layer.Conv2d(inChannels, outChannels, kernelSize, stride: stride, padding: padding, bias: bias);
    }

    private static Conv2d Require(Conv2d convolution)
    {
        ArgumentNullException.ThrowIfNull(convolution);
        if (convolution.padding is null || convolution.padding_mode != PaddingModes.Zeros)
        {
            throw new ArgumentException(
                "A convolution to normalise pads by a number of zeros, not in mode " +
                $"{(convolution.padding is null ? convolution.padding_type : convolution.padding_mode)}.",
                nameof(convolution));
        }

        return convolution;
    }
}
