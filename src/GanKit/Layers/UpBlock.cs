using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>The generator block of progressive networks: doubles the size, then two equalised 3 x 3 convolutions.</summary>
/// <remarks>
/// Nearest-neighbour doubling, then twice: <see cref="EqualizedConv2d"/>, LeakyReLU(0.2), normalisation, in this order (the
/// normalisation comes after the activation). State keys: <c>conv1.*</c>, <c>norm1.*</c>, <c>conv2.*</c>, <c>norm2.*</c>.
/// <para>Karras et al. 2018, "Progressive Growing of GANs", table 2, <see href="https://arxiv.org/abs/1710.10196"/>.</para>
/// </remarks>
public sealed class UpBlock : Module<Tensor, Tensor>
{
    readonly EqualizedConv2d conv1;
    readonly Module<Tensor, Tensor> norm1;
    readonly EqualizedConv2d conv2;
    readonly Module<Tensor, Tensor> norm2;
    readonly long inChannels;

    /// <summary>Makes the block.</summary>
    /// <param name="inChannels">Channels of the input, at least 1.</param>
    /// <param name="outChannels">Channels of the output, at least 1; the first convolution changes them.</param>
    /// <param name="norm">The normalisation; the paper's is <see cref="Norm.Pixel"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="norm"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public UpBlock(long inChannels, long outChannels, Norm norm) : base(nameof(UpBlock))
    {
        ArgumentNullException.ThrowIfNull(norm);
        this.inChannels = inChannels;
        conv1 = new EqualizedConv2d(inChannels, outChannels, kernelSize: 3);
        norm1 = norm.Create(outChannels);
        conv2 = new EqualizedConv2d(outChannels, outChannels, kernelSize: 3);
        norm2 = norm.Create(outChannels);
        RegisterComponents();
    }

    /// <summary>Applies the block.</summary>
    /// <param name="input">(B, inChannels, H, W).</param>
    /// <returns>(B, outChannels, 2H, 2W).</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public override Tensor forward(Tensor input)
    {
        Expect.Maps(input, inChannels, nameof(UpBlock));
        using var scope = NewDisposeScope();
        var maps = functional.interpolate(input, scale_factor: [2, 2], mode: InterpolationMode.Nearest);  // (B, C, 2H, 2W)
        maps = norm1.call(functional.leaky_relu(conv1.call(maps), 0.2));
        maps = norm2.call(functional.leaky_relu(conv2.call(maps), 0.2));
        return maps.MoveToOuterDisposeScope();
    }
}
