using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>
/// The generator block of progressive networks: doubles the size, then two equalised 3 x 3 convolutions.
/// </summary>
/// <remarks>
/// Nearest-neighbour doubling, then twice: <see cref="EqualizedConv2d"/>, LeakyReLU(0.2), normalisation, in this order
/// (the normalisation comes after the activation). State keys: <c>conv1.*</c>, <c>norm1.*</c>, <c>conv2.*</c>,
/// <c>norm2.*</c>.
/// <para>Karras et al. 2018, "Progressive Growing of GANs", table 2,
/// <see href="https://arxiv.org/abs/1710.10196"/>.</para>
/// </remarks>
[Samplewise]
public sealed class UpBlock : Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv1")]
    private readonly EqualizedConv2d _conv1;
    [ComponentName(Name = "norm1")]
    private readonly Module<Tensor, Tensor> _norm1;
    [ComponentName(Name = "conv2")]
    private readonly EqualizedConv2d _conv2;
    [ComponentName(Name = "norm2")]
    private readonly Module<Tensor, Tensor> _norm2;
    private readonly long _inChannels;

    /// <summary>Makes the block.</summary>
    /// <param name="inChannels">Channels of the input, at least 1.</param>
    /// <param name="outChannels">Channels of the output, at least 1; the first convolution changes them.</param>
    /// <param name="norm">The normalisation; the paper's is <see cref="Norm.Pixel"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="norm"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public UpBlock(long inChannels, long outChannels, Norm norm) : base(NativeBackend.For(nameof(UpBlock)))
    {
        ArgumentNullException.ThrowIfNull(norm);
        _inChannels = inChannels;
        _conv1 = new EqualizedConv2d(inChannels, outChannels, kernelSize: 3);
        _norm1 = norm.Create(outChannels);
        _conv2 = new EqualizedConv2d(outChannels, outChannels, kernelSize: 3);
        _norm2 = norm.Create(outChannels);
        RegisterComponents();
    }

    /// <summary>Applies the block.</summary>
    /// <param name="input">(B, inChannels, H, W).</param>
    /// <returns>(B, outChannels, 2H, 2W).</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public override Tensor forward(Tensor input)
    {
        Expect.Maps(input, _inChannels, nameof(UpBlock));
        using var scope = NewDisposeScope();
        // (B, inChannels, 2H, 2W)
        var maps = functional.interpolate(input, scale_factor: [2, 2], mode: InterpolationMode.Nearest);
        maps = _norm1.call(functional.leaky_relu(_conv1.call(maps), 0.2));
        maps = _norm2.call(functional.leaky_relu(_conv2.call(maps), 0.2));
        return maps.MoveToOuterDisposeScope();
    }
}
