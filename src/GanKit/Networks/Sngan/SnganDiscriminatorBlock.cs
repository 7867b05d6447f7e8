using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>The residual block of the SNGAN discriminator.</summary>
/// <remarks>
/// Residual branch: ReLU, 3 x 3 convolution <c>c1</c>, ReLU, 3 x 3 convolution <c>c2</c>, halving (optional) by the
/// mean of 2 x 2 pixels. Shortcut: 1 x 1 convolution <c>c_sc</c> and halving, or the input itself where channels and
/// size stay. Spectral normalisation on all three; Xavier-uniform weights of gain sqrt(2), the shortcut's of gain 1.
/// <para>
/// The shortcut sees the input before the ReLU, as in the paper. Mimicry's ReLU works in place, and so changes its
/// shortcut's input too.
/// </para>
/// <para>Miyato et al. 2018, <see href="https://arxiv.org/abs/1802.05957"/>, figure 9 of the appendix; names and
/// defaults as in mimicry (Lee and Town 2020, <see href="https://arxiv.org/abs/2005.02494"/>).</para>
/// </remarks>
[Samplewise]
public sealed class SnganDiscriminatorBlock : Module<Tensor, Tensor>
{
    [ComponentName(Name = "c1")]
    private readonly Module<Tensor, Tensor> _c1;
    [ComponentName(Name = "c2")]
    private readonly Module<Tensor, Tensor> _c2;
    [ComponentName(Name = "c_sc")]
    private readonly Module<Tensor, Tensor>? _shortcut;
    private readonly long _inChannels;
    private readonly bool _downsample;

    /// <summary>Makes the block.</summary>
    /// <param name="inChannels">Channels of the input, at least 1.</param>
    /// <param name="outChannels">Channels of the output, at least 1; <c>c2</c> changes them.</param>
    /// <param name="downsample">Whether the block halves the size.</param>
    /// <param name="spectralNorm">Whether the convolutions have spectral normalisation. Default: true.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public SnganDiscriminatorBlock(long inChannels, long outChannels, bool downsample, bool spectralNorm = true)
        : base(NativeBackend.For(nameof(SnganDiscriminatorBlock)))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outChannels, 1);
        (_inChannels, _downsample) = (inChannels, downsample);
        _c1 = SnganConvolutions.Residual(inChannels, inChannels, spectralNorm);
        _c2 = SnganConvolutions.Residual(inChannels, outChannels, spectralNorm);
        _shortcut = downsample || inChannels != outChannels
            ? SnganConvolutions.Shortcut(inChannels, outChannels, spectralNorm)
            : null;
        RegisterComponents();
    }

    /// <summary>Applies the block.</summary>
    /// <param name="input">(B, inChannels, H, W); H and W even when the block halves them.</param>
    /// <returns>(B, outChannels, H/2, W/2), or (B, outChannels, H, W) without halving.</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public override Tensor forward(Tensor input)
    {
        Expect.Maps(input, _inChannels, nameof(SnganDiscriminatorBlock));
        if (_downsample)
            Expect.EvenSize(input, nameof(SnganDiscriminatorBlock));
        using var scope = NewDisposeScope();
        var residual = _c1.call(functional.relu(input));
        residual = Resize(_c2.call(functional.relu(residual)));
        var shortcut = _shortcut is null ? input : Resize(_shortcut.call(input));
        return residual.Plus(shortcut).MoveToOuterDisposeScope();
    }

    private Tensor Resize(Tensor maps) => _downsample ? functional.avg_pool2d(maps, 2) : maps;
}
