using GanKit.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>
/// The block of <see cref="ResnetGenerator"/>: <c>x + F(x)</c>, where F is convolution, normalisation, ReLU, dropout if
/// there is any, convolution, normalisation. The layers of F are numbered in <c>conv_block</c>, borders and dropout too.
/// </summary>
[Samplewise]
internal sealed class ResnetBlock : Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv_block")]
    private readonly Sequential _layers;

    internal ResnetBlock(long channels, Norm norm, bool dropout, PaddingModes paddingMode, bool spectralNorm)
        : base(nameof(ResnetBlock))
    {
        _layers = Sequential();
        AddConvolution(channels, norm, paddingMode, spectralNorm);
        _layers.append(ReLU(inplace: true));
        if (dropout)
            _layers.append(new DropoutLayer(0.5));
        AddConvolution(channels, norm, paddingMode, spectralNorm);
        RegisterComponents();
    }

    /// <summary>Requires one of the three kinds of border that the reference has.</summary>
    internal static void RequirePadding(PaddingModes paddingMode, string parameterName)
    {
        if (paddingMode is not (PaddingModes.Reflect or PaddingModes.Replicate or PaddingModes.Zeros))
        {
            throw new ArgumentOutOfRangeException(parameterName, paddingMode,
                $"The blocks' border can be Reflect, Replicate or Zeros, not {paddingMode}.");
        }
    }

    public override Tensor forward(Tensor input)
    {
        using var residual = _layers.call(input);
        return input.Plus(residual); // (B, C, H, W)
    }

    private void AddConvolution(long channels, Norm norm, PaddingModes paddingMode, bool spectralNorm)
    {
        // A layer of its own for the border, since it takes a number in the state keys.
        if (paddingMode == PaddingModes.Reflect)
            _layers.append(ReflectionPad2d(1));
        else if (paddingMode == PaddingModes.Replicate)
            _layers.append(ReplicationPad2d(1));
        var padding = paddingMode == PaddingModes.Zeros ? 1L : 0L;
        var bias = TranslationBias.Before(norm, spectralNorm);
        _layers.append(Layer.Conv2d(channels, channels, 3, padding: padding, bias: bias).WithSpectralNorm(spectralNorm))
            .append(norm.Create(channels));
    }
}
