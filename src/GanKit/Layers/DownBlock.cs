using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>
/// The discriminator block of progressive networks: two equalised 3 x 3 convolutions, then halves the size.
/// </summary>
/// <remarks>
/// Twice <see cref="EqualizedConv2d"/> and LeakyReLU(0.2), then the mean of each 2 x 2 pixels. The second convolution
/// changes the channels. State keys: <c>conv1.*</c> and <c>conv2.*</c>.
/// <para>Karras et al. 2018, "Progressive Growing of GANs", table 2,
/// <see href="https://arxiv.org/abs/1710.10196"/>.</para>
/// </remarks>
[Samplewise]
public sealed class DownBlock : Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv1")]
    private readonly EqualizedConv2d _conv1;
    [ComponentName(Name = "conv2")]
    private readonly EqualizedConv2d _conv2;
    private readonly long _inChannels;

    /// <summary>Makes the block.</summary>
    /// <param name="inChannels">Channels of the input, at least 1.</param>
    /// <param name="outChannels">Channels of the output, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public DownBlock(long inChannels, long outChannels) : base(NativeBackend.For(nameof(DownBlock)))
    {
        _inChannels = inChannels;
        _conv1 = new EqualizedConv2d(inChannels, inChannels, kernelSize: 3);
        _conv2 = new EqualizedConv2d(inChannels, outChannels, kernelSize: 3);
        RegisterComponents();
    }

    /// <summary>Applies the block.</summary>
    /// <param name="input">(B, inChannels, H, W), H and W even.</param>
    /// <returns>(B, outChannels, H/2, W/2).</returns>
    /// <exception cref="ArgumentException">The input has another shape, or an odd size.</exception>
    public override Tensor forward(Tensor input)
    {
        Expect.Maps(input, _inChannels, nameof(DownBlock));
        Expect.EvenSize(input, nameof(DownBlock));
        using var scope = NewDisposeScope();
        var maps = functional.leaky_relu(_conv1.call(input), 0.2);
        maps = functional.leaky_relu(_conv2.call(maps), 0.2);
        return functional.avg_pool2d(maps, 2).MoveToOuterDisposeScope();  // (B, outChannels, H/2, W/2)
    }
}
