using GanKit.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>
/// The residual block of <see cref="SrganGenerator"/>: convolution, batch normalisation, PReLU, convolution, batch
/// normalisation, plus the input.
/// </summary>
[Samplewise]
internal sealed class SrganBlock : Module<Tensor, Tensor>, IFeedsNorms
{
    [ComponentName(Name = "conv1")]
    private readonly Conv2d _conv1;
    [ComponentName(Name = "bn1")]
    private readonly BatchNormalization _bn1;
    [ComponentName(Name = "prelu")]
    private readonly PReLU _prelu;
    [ComponentName(Name = "conv2")]
    private readonly Conv2d _conv2;
    [ComponentName(Name = "bn2")]
    private readonly BatchNormalization _bn2;

    internal SrganBlock(long channels) : base(nameof(SrganBlock))
    {
        _conv1 = Layer.Conv2d(channels, channels, 3, padding: 1L);
        _bn1 = new BatchNormalization(channels);
        _prelu = Layer.PReLU();
        _conv2 = Layer.Conv2d(channels, channels, 3, padding: 1L);
        _bn2 = new BatchNormalization(channels);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var residual = input.Through([_conv1, _bn1, _prelu, _conv2, _bn2]);
        return input.Plus(residual); // (B, C, H, W)
    }

    IEnumerable<(nn.Module Layer, BatchNormalization Norm)> IFeedsNorms.Feeds => [(_conv1, _bn1), (_conv2, _bn2)];
}
