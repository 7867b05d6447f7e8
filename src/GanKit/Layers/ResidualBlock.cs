using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>A body whose output is added to its input: <c>y = body(x) + shortcut(x)</c>.</summary>
/// <remarks>
/// There is no activation after the sum, as usual in generators; put the block in a <c>Sequential</c> with one if you
/// want it. State keys: <c>body.*</c> and <c>shortcut.*</c>; the ready-made body has <c>body.conv1</c>,
/// <c>body.norm1</c>, <c>body.conv2</c> and <c>body.norm2</c>.
/// <para>He et al. 2016, "Deep Residual Learning", <see href="https://arxiv.org/abs/1512.03385"/>; without the last
/// activation as in Johnson et al. 2016, <see href="https://arxiv.org/abs/1603.08155"/>.</para>
/// </remarks>
[Samplewise]
public sealed class ResidualBlock : Module<Tensor, Tensor>
{
    [ComponentName(Name = "body")]
    private readonly Module<Tensor, Tensor> _body;
    [ComponentName(Name = "shortcut")]
    private readonly Module<Tensor, Tensor>? _shortcut;
    private readonly long? _channels;

    /// <summary>
    /// Makes the common block that keeps channels and size: convolution, normalisation, activation, convolution,
    /// normalisation, plus the input.
    /// </summary>
    /// <param name="channels">Channels of input and output, at least 1.</param>
    /// <param name="norm">
    /// The normalisation after each convolution. Where it would cancel a bias, there is none.
    /// </param>
    /// <param name="activation">The activation between the two, which the block then owns. Default: ReLU.</param>
    /// <param name="kernelSize">Height and width of both kernels, odd. Default: 3.</param>
    /// <param name="paddingMode">What the pixels added around the maps hold. Default: zeros.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="kernelSize"/> is even, which can't keep the size.
    /// </exception>
    public ResidualBlock(
        long channels, Norm norm, Module<Tensor, Tensor>? activation = null, long kernelSize = 3,
        PaddingModes paddingMode = PaddingModes.Zeros)
        : this(Body(channels, norm, activation, kernelSize, paddingMode)) => _channels = channels;

    /// <summary>Makes a block of any body.</summary>
    /// <param name="body">The residual branch, which the block then owns.</param>
    /// <param name="shortcut">
    /// The other branch, which the block then owns: it brings the input to the shape of the body's output. Default: the
    /// identity.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public ResidualBlock(Module<Tensor, Tensor> body, Module<Tensor, Tensor>? shortcut = null)
        : base(NativeBackend.For(nameof(ResidualBlock)))
    {
        ArgumentNullException.ThrowIfNull(body);
        (_body, _shortcut) = (body, shortcut);
        RegisterComponents();
    }

    /// <summary>Adds the branches.</summary>
    /// <param name="input">What the body takes; (B, channels, H, W) for the ready-made one.</param>
    /// <returns>What the body returns.</returns>
    /// <exception cref="ArgumentException">
    /// The ready-made body takes another shape, or the branches return different shapes.
    /// </exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_channels is { } channels)
            Expect.Maps(input, channels, nameof(ResidualBlock));
        using var scope = NewDisposeScope();
        var residual = _body.call(input);
        var skipped = _shortcut?.call(input) ?? input;
        // An addition would broadcast, and hide the mistake.
        if (!residual.shape.AsSpan().SequenceEqual(skipped.shape))
        {
            throw new ArgumentException(
                $"The body of a ResidualBlock turns {input.Describe()} into {residual.Describe()}, " +
                $"but the shortcut gives {skipped.Describe()}; they must be equal.", nameof(input));
        }

        return residual.Plus(skipped).MoveToOuterDisposeScope();
    }

    private static TorchSharp.Modules.Sequential Body(
        long channels, Norm norm, Module<Tensor, Tensor>? activation, long kernelSize, PaddingModes paddingMode)
    {
        NativeBackend.EnsureLoaded();
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentNullException.ThrowIfNull(norm);
        ArgumentOutOfRangeException.ThrowIfLessThan(kernelSize, 1);
        if (kernelSize % 2 == 0)
        {
            throw new ArgumentException(
                $"The kernel size must be odd to keep the size of the maps; it is {kernelSize}.", nameof(kernelSize));
        }

        TorchSharp.Modules.Conv2d Conv() => Conv2d(
            channels, channels, kernelSize, stride: 1, padding: kernelSize / 2, padding_mode: paddingMode,
            bias: !norm.RemovesChannelMean);
        return Sequential(
            ("conv1", Conv()), ("norm1", norm.Create(channels)), ("activation", activation ?? ReLU()),
            ("conv2", Conv()), ("norm2", norm.Create(channels)));
    }
}
