using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>The first residual block of the SNGAN discriminator, which sees the image itself.</summary>
/// <remarks>
/// Residual branch: 3 x 3 convolution <c>c1</c>, ReLU, 3 x 3 convolution <c>c2</c>, halving by the mean of 2 x 2
/// pixels: unlike <see cref="SnganDiscriminatorBlock"/> without a first ReLU, which would cut off all that is darker
/// than grey. Shortcut: halving, then the 1 x 1 convolution <c>c_sc</c>, in the cheaper order. Spectral normalisation
/// on all three; Xavier-uniform weights of gain sqrt(2), the shortcut's of gain 1.
/// <para>Miyato et al. 2018, <see href="https://arxiv.org/abs/1802.05957"/>; names and defaults as in mimicry's
/// <c>DBlockOptimized</c> (Lee and Town 2020, <see href="https://arxiv.org/abs/2005.02494"/>).</para>
/// </remarks>
[Samplewise]
public sealed class SnganImageBlock : Module<Tensor, Tensor>
{
    [ComponentName(Name = "c1")]
    private readonly Module<Tensor, Tensor> _c1;
    [ComponentName(Name = "c2")]
    private readonly Module<Tensor, Tensor> _c2;
    [ComponentName(Name = "c_sc")]
    private readonly Module<Tensor, Tensor> _shortcut;
    private readonly long _inChannels;

    /// <summary>Makes the block.</summary>
    /// <param name="inChannels">Channels of the image, at least 1.</param>
    /// <param name="outChannels">Channels of the output, at least 1; <c>c1</c> changes them.</param>
    /// <param name="spectralNorm">Whether the convolutions have spectral normalisation. Default: true.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public SnganImageBlock(long inChannels, long outChannels, bool spectralNorm = true)
        : base(NativeBackend.For(nameof(SnganImageBlock)))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outChannels, 1);
        _inChannels = inChannels;
        _c1 = SnganConvolutions.Residual(inChannels, outChannels, spectralNorm);
        _c2 = SnganConvolutions.Residual(outChannels, outChannels, spectralNorm);
        _shortcut = SnganConvolutions.Shortcut(inChannels, outChannels, spectralNorm);
        RegisterComponents();
    }

    /// <summary>Applies the block.</summary>
    /// <param name="input">(B, inChannels, H, W), H and W even.</param>
    /// <returns>(B, outChannels, H/2, W/2).</returns>
    /// <exception cref="ArgumentException">The input has another shape, or an odd size.</exception>
    public override Tensor forward(Tensor input)
    {
        Expect.Maps(input, _inChannels, nameof(SnganImageBlock));
        Expect.EvenSize(input, nameof(SnganImageBlock));
        using var scope = NewDisposeScope();
        var residual = _c2.call(functional.relu(_c1.call(input)));
        var shortcut = _shortcut.call(functional.avg_pool2d(input, 2));
        return functional.avg_pool2d(residual, 2).Plus(shortcut).MoveToOuterDisposeScope();
    }
}
