using GanKit.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>
/// One level of <see cref="UnetGenerator"/> with all the levels inside it: halve, go through those, double; what came in
/// is joined to what comes out.
/// </summary>
[Samplewise]
internal sealed class UnetBlock : Module<Tensor, Tensor>
{
    [ComponentName(Name = "model")]
    private readonly Sequential _layers;
    private readonly bool _skips;

    /// <summary>Makes a level within the network, or the innermost one.</summary>
    /// <param name="outerMaps">Feature maps that come in, and that are added to them: twice as many go out.</param>
    /// <param name="innerMaps">Feature maps at half the size.</param>
    /// <param name="inner">The levels inside, which take and double those; none in the innermost.</param>
    /// <param name="norm">The normalisation.</param>
    /// <param name="spectralNorm">Whether convolutions have spectral normalisation.</param>
    /// <param name="dropout">Whether the level ends in dropout.</param>
    internal UnetBlock(long outerMaps, long innerMaps, UnetBlock? inner, Norm norm, bool spectralNorm, bool dropout = false)
        : this(skips: true)
    {
        var bias = TranslationBias.Before(norm, spectralNorm);
        // In place, as in the reference: the maps that skip the level are then the activated ones. They are always the
        // level's outside's own, never the user's.
        _layers.append(new LeakyLayer(0.2, inplace: true))
            .append(Layer.Conv2d(outerMaps, innerMaps, 4, stride: 2, padding: 1, bias: bias).WithSpectralNorm(spectralNorm));
        if (inner is not null)
            _layers.append(norm.Create(innerMaps)).append(inner);
        _layers.append(ReLU(inplace: true))
            .append(Layer.ConvTranspose2d(
                inner is null ? innerMaps : 2 * innerMaps, outerMaps, 4, stride: 2, padding: 1, bias: bias)
                .WithSpectralNorm(spectralNorm))
            .append(norm.Create(outerMaps));
        if (dropout)
            _layers.append(new DropoutLayer(0.5));
        RegisterComponents();
    }

    private UnetBlock(bool skips) : base(nameof(UnetBlock)) => (_layers, _skips) = (Sequential(), skips);

    /// <summary>Makes the level that turns images into images.</summary>
    internal static UnetBlock Outermost(
        long inChannels, long outChannels, long innerMaps, UnetBlock inner, Norm norm, bool spectralNorm)
    {
        var level = new UnetBlock(skips: false);
        var bias = TranslationBias.Before(norm, spectralNorm);
        level._layers
            .append(Layer.Conv2d(inChannels, innerMaps, 4, stride: 2, padding: 1, bias: bias).WithSpectralNorm(spectralNorm))
            .append(inner)
            .append(ReLU(inplace: true))
            .append(Layer.ConvTranspose2d(2 * innerMaps, outChannels, 4, stride: 2, padding: 1).WithSpectralNorm(spectralNorm))
            .append(Tanh());
        level.RegisterComponents();
        return level;
    }

    public override Tensor forward(Tensor input)
    {
        if (!_skips)
            return _layers.call(input); // (B, C, H, W)
        using var output = _layers.call(input);
        return cat([input, output], 1); // (B, 2 outerMaps, H, W)
    }
}
