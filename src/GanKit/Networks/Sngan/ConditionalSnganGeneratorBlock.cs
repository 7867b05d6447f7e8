using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>
/// The residual block of the conditional SNGAN generator: <see cref="SnganGeneratorBlock"/> with conditional batch
/// normalisation.
/// </summary>
/// <remarks>
/// Residual branch: <see cref="ConditionalBatchNorm2d"/> <c>b1</c>, ReLU, doubling, 3 x 3 convolution <c>c1</c>,
/// <c>b2</c> as <c>b1</c>, ReLU, 3 x 3 convolution <c>c2</c>. Shortcut: doubling and 1 x 1 convolution <c>c_sc</c>, which
/// the condition does not reach. Doubling and first weights are <see cref="SnganGeneratorBlock"/>'s.
/// <para>Miyato and Koyama 2018, <see href="https://arxiv.org/abs/1802.05637"/>; names as in
/// mimicry (Lee and Town 2020, <see href="https://arxiv.org/abs/2005.02494"/>).</para>
/// </remarks>
public sealed class ConditionalSnganGeneratorBlock : Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "c1")]
    private readonly Module<Tensor, Tensor> _c1;
    [ComponentName(Name = "c2")]
    private readonly Module<Tensor, Tensor> _c2;
    [ComponentName(Name = "b1")]
    private readonly ConditionalBatchNorm2d _b1;
    [ComponentName(Name = "b2")]
    private readonly ConditionalBatchNorm2d _b2;
    [ComponentName(Name = "c_sc")]
    private readonly Module<Tensor, Tensor> _shortcut;

    /// <summary>Makes the block.</summary>
    /// <param name="inChannels">Channels of the input, at least 1.</param>
    /// <param name="outChannels">Channels of the output, at least 1; <c>c1</c> changes them.</param>
    /// <param name="conditioning">The conditions.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public ConditionalSnganGeneratorBlock(long inChannels, long outChannels, Conditioning conditioning)
        : base(NativeBackend.For(nameof(ConditionalSnganGeneratorBlock)))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outChannels, 1);
        ArgumentNullException.ThrowIfNull(conditioning);
        _c1 = SnganConvolutions.Residual(inChannels, outChannels, spectralNorm: false);
        _c2 = SnganConvolutions.Residual(outChannels, outChannels, spectralNorm: false);
        _b1 = new ConditionalBatchNorm2d(inChannels, conditioning);
        _b2 = new ConditionalBatchNorm2d(outChannels, conditioning);
        _shortcut = SnganConvolutions.Shortcut(inChannels, outChannels, spectralNorm: false);
        RegisterComponents();
    }

    /// <summary>Applies the block.</summary>
    /// <param name="input">(B, inChannels, H, W).</param>
    /// <param name="condition">Labels (B) or attributes (B, A), one for each sample.</param>
    /// <returns>(B, outChannels, 2H, 2W).</returns>
    /// <exception cref="ArgumentException">The input or the condition does not fit.</exception>
    public override Tensor forward(Tensor input, Tensor condition)
    {
        using var scope = NewDisposeScope();
        var residual = _c1.call(SnganGeneratorBlock.Double(functional.relu(_b1.call(input, condition))));
        residual = _c2.call(functional.relu(_b2.call(residual, condition)));
        return residual.Plus(_shortcut.call(SnganGeneratorBlock.Double(input))).MoveToOuterDisposeScope();
    }
}
