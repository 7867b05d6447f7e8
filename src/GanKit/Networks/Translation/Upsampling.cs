using GanKit.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// How a generator doubles the size of its maps. The common ways are static members; derive for one of your own.
/// </summary>
/// <remarks>Immutable and thread safe.</remarks>
public abstract class Upsampling
{
    /// <summary>
    /// A 3 x 3 transposed convolution of stride 2, padding 1 and output padding 1, the reference's: fast, but its
    /// kernel covers pixels unevenly, which can show as a chequered pattern.
    /// </summary>
    public static Upsampling Transposed { get; } = new TransposedConvolution();

    /// <summary>
    /// Each pixel repeated to 2 x 2, then a 3 x 3 convolution with a reflected border: no chequered pattern. Odena,
    /// Dumoulin, Olah: Deconvolution and Checkerboard Artifacts, Distill 2016.
    /// </summary>
    public static Upsampling ResizeConvolution { get; } = new Resizing();

    /// <summary>Makes the layer from maps (B, inChannels, H, W) to (B, outChannels, 2H, 2W).</summary>
    /// <param name="inChannels">Channels that come in, at least 1.</param>
    /// <param name="outChannels">Channels that go out, at least 1.</param>
    /// <param name="bias">Whether its convolution has a bias.</param>
    /// <param name="spectralNorm">Whether its convolution has spectral normalisation.</param>
    /// <returns>A new layer that the caller owns.</returns>
    public abstract Module<Tensor, Tensor> Create(long inChannels, long outChannels, bool bias, bool spectralNorm);

    /// <summary>Its name.</summary>
    /// <returns>For example <c>Transposed</c>.</returns>
    public abstract override string ToString();

    private sealed class TransposedConvolution : Upsampling
    {
        public override Module<Tensor, Tensor> Create(long inChannels, long outChannels, bool bias, bool spectralNorm) =>
            Layer.ConvTranspose2d(inChannels, outChannels, 3, stride: 2, padding: 1, outputPadding: 1, bias: bias)
                .WithSpectralNorm(spectralNorm);

        public override string ToString() => nameof(Transposed);
    }

    private sealed class Resizing : Upsampling
    {
        public override Module<Tensor, Tensor> Create(long inChannels, long outChannels, bool bias, bool spectralNorm) =>
            Sequential(
                Upsample(scale_factor: [2, 2], mode: UpsampleMode.Nearest), ReflectionPad2d(1),
                Layer.Conv2d(inChannels, outChannels, 3, bias: bias).WithSpectralNorm(spectralNorm));

        public override string ToString() => nameof(ResizeConvolution);
    }
}
