using GanKit.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>
/// Doubles the size of maps: a convolution makes four times as many, a pixel shuffle lays each four of them out as 2 x 2
/// pixels, then PReLU. Shi et al. 2016, arXiv:1609.05158.
/// </summary>
[Samplewise]
internal sealed class SrganUpsampling : Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv")]
    private readonly Conv2d _conv;
    [ComponentName(Name = "pixel_shuffle")]
    private readonly PixelShuffle _shuffle;
    [ComponentName(Name = "prelu")]
    private readonly PReLU _prelu;

    internal SrganUpsampling(long channels) : base(nameof(SrganUpsampling))
    {
        _conv = Layer.Conv2d(channels, 4 * channels, 3, padding: 1L);
        _shuffle = PixelShuffle(2);
        _prelu = Layer.PReLU();
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => input.Through([_conv, _shuffle, _prelu]); // (B, C, 2H, 2W)
}
