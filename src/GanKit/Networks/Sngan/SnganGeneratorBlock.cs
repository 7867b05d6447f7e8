using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>The residual block of the SNGAN generator.</summary>
/// <remarks>
/// Residual branch: batch normalisation <c>b1</c>, ReLU, doubling (optional), 3 x 3 convolution <c>c1</c>, batch
/// normalisation <c>b2</c>, ReLU, 3 x 3 convolution <c>c2</c>. Shortcut: doubling and 1 x 1 convolution <c>c_sc</c>, or
/// the input itself where channels and size stay. Doubling is bilinear, as in mimicry; the authors' Chainer code
/// repeats pixels. Convolutions have biases that start at PyTorch's defaults, and Xavier-uniform weights of gain
/// sqrt(2), the shortcut's of gain 1.
/// <para>Miyato et al. 2018, <see href="https://arxiv.org/abs/1802.05957"/>, figure 9 of the appendix; names and
/// defaults as in mimicry (Lee and Town 2020, <see href="https://arxiv.org/abs/2005.02494"/>).</para>
/// </remarks>
public sealed class SnganGeneratorBlock : Module<Tensor, Tensor>, IFeedsNorms
{
    [ComponentName(Name = "c1")]
    private readonly Module<Tensor, Tensor> _c1;
    [ComponentName(Name = "c2")]
    private readonly Module<Tensor, Tensor> _c2;
    [ComponentName(Name = "b1")]
    private readonly BatchNormalization _b1;
    [ComponentName(Name = "b2")]
    private readonly BatchNormalization _b2;
    [ComponentName(Name = "c_sc")]
    private readonly Module<Tensor, Tensor>? _shortcut;
    private readonly long _inChannels;
    private readonly bool _upsample;

    /// <summary>Makes the block.</summary>
    /// <param name="inChannels">Channels of the input, at least 1.</param>
    /// <param name="outChannels">Channels of the output, at least 1; <c>c1</c> changes them.</param>
    /// <param name="upsample">Whether the block doubles the size. Default: true.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public SnganGeneratorBlock(long inChannels, long outChannels, bool upsample = true)
        : base(NativeBackend.For(nameof(SnganGeneratorBlock)))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outChannels, 1);
        (_inChannels, _upsample) = (inChannels, upsample);
        _c1 = SnganConvolutions.Residual(inChannels, outChannels, spectralNorm: false);
        _c2 = SnganConvolutions.Residual(outChannels, outChannels, spectralNorm: false);
        _b1 = new BatchNormalization(inChannels);
        _b2 = new BatchNormalization(outChannels);
        _shortcut = upsample || inChannels != outChannels
            ? SnganConvolutions.Shortcut(inChannels, outChannels, spectralNorm: false)
            : null;
        RegisterComponents();
    }

    /// <summary>Applies the block.</summary>
    /// <param name="input">(B, inChannels, H, W).</param>
    /// <returns>(B, outChannels, 2H, 2W), or (B, outChannels, H, W) without doubling.</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public override Tensor forward(Tensor input)
    {
        Expect.Maps(input, _inChannels, nameof(SnganGeneratorBlock));
        using var scope = NewDisposeScope();
        var residual = _c1.call(Resize(functional.relu(_b1.call(input))));
        residual = _c2.call(functional.relu(_b2.call(residual)));
        var shortcut = _shortcut?.call(Resize(input)) ?? input;
        return residual.Plus(shortcut).MoveToOuterDisposeScope();
    }

    IEnumerable<(nn.Module Layer, BatchNormalization Norm)> IFeedsNorms.Feeds => [(_c1, _b2)];

    internal static Tensor Double(Tensor maps) =>
        functional.interpolate(maps, scale_factor: [2, 2], mode: InterpolationMode.Bilinear, align_corners: false);

    private Tensor Resize(Tensor maps) => _upsample ? Double(maps) : maps;
}
