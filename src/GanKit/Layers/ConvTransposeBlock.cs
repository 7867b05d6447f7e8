using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>A transposed convolution, then a normalisation, then an activation.</summary>
/// <remarks>
/// <code>new ConvTransposeBlock(128, 64, kernelSize: 4, stride: 2, norm: Norm.Batch, activation: ReLU())</code>
/// doubles the size. State keys: <c>conv.weight</c>, <c>conv.bias</c> and <c>norm.*</c>, as far as they exist. The
/// weights start as PyTorch's transposed convolutions do.
/// </remarks>
[Samplewise]
public sealed class ConvTransposeBlock : Module<Tensor, Tensor>
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
    /// <param name="kernelSize">Height and width of the kernel, at least 1. Default: 4.</param>
    /// <param name="stride">How many times larger the output is, at least 1. Default: 2.</param>
    /// <param name="padding">
    /// Pixels cut off on each side. Default: what makes the output exactly <paramref name="stride"/> times as large as
    /// the input, together with one pixel of output padding where <c>kernelSize - stride</c> is odd.
    /// </param>
    /// <param name="outputPadding">
    /// Pixels added at the bottom and right, less than <paramref name="stride"/>. Default: 0 when
    /// <paramref name="padding"/> is given, otherwise as described there.
    /// </param>
    /// <param name="norm">The normalisation. Default: <see cref="Norm.None"/>.</param>
    /// <param name="activation">The activation, which the block then owns. Default: none.</param>
    /// <param name="bias">
    /// Whether the convolution has a bias. Default: unless <paramref name="norm"/> would cancel it
    /// (<see cref="Norm.RemovesChannelMean"/>).
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">
    /// No padding multiplies the size exactly: the kernel is smaller than the stride, or even at stride 1.
    /// </exception>
    public ConvTransposeBlock(
        long inChannels, long outChannels, long kernelSize = 4, long stride = 2, long? padding = null,
        long? outputPadding = null, Norm? norm = null, Module<Tensor, Tensor>? activation = null, bool? bias = null)
        : base(NativeBackend.For(nameof(ConvTransposeBlock)))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(kernelSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(padding ?? 0, nameof(padding));
        ArgumentOutOfRangeException.ThrowIfNegative(outputPadding ?? 0, nameof(outputPadding));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(outputPadding ?? 0, stride, nameof(outputPadding));
        norm ??= Norm.None;

        var (cut, added) = padding is { } given
            ? (given, outputPadding ?? 0)
            : ExactMultiple(kernelSize, stride, outputPadding);
        _inChannels = inChannels;
        _conv = ConvTranspose2d(
            inChannels, outChannels, kernelSize, stride: stride, padding: cut, output_padding: added,
            bias: bias ?? !norm.RemovesChannelMean);
        _norm = norm.Create(outChannels);
        _activation = activation ?? Identity();
        RegisterComponents();
    }

    /// <summary>Applies the three in turn.</summary>
    /// <param name="input">(B, inChannels, H, W).</param>
    /// <returns>
    /// (B, outChannels, H', W') with <c>H' = (H - 1) · stride - 2 · padding + kernelSize + outputPadding</c>.
    /// </returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public override Tensor forward(Tensor input)
    {
        Expect.Maps(input, _inChannels, nameof(ConvTransposeBlock));
        using var scope = NewDisposeScope();
        return _activation.call(_norm.call(_conv.call(input))).MoveToOuterDisposeScope();
    }

    // H' = stride · H needs kernelSize - stride = 2 · padding - outputPadding.
    private static (long Padding, long OutputPadding) ExactMultiple(long kernelSize, long stride, long? outputPadding)
    {
        var surplus = kernelSize - stride;
        var added = outputPadding ?? surplus & 1;
        if (surplus < 0 || added >= stride || ((surplus + added) & 1) != 0)
        {
            throw new ArgumentException(
                $"No padding makes a kernel of {kernelSize} at stride {stride}" +
                (outputPadding is null ? "" : $" with an output padding of {outputPadding}") +
                $" enlarge exactly {stride} times; give the padding.", nameof(kernelSize));
        }

        return ((surplus + added) / 2, added);
    }
}
