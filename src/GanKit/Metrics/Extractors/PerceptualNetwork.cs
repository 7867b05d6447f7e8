using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Metrics;

/// <summary>What LPIPS looks through: a trunk, and the weights of people's judgements for each of its layers, named as the authors do.</summary>
internal sealed class PerceptualNetwork : nn.Module
{
    [ComponentName(Name = "net")]
    private readonly ImageNetNetwork _trunk;
    [ComponentName(Name = "linear")]
    private readonly Module<Tensor, Tensor> _linear;

    internal PerceptualNetwork(ImageNetNetwork trunk) : base(nameof(PerceptualNetwork))
    {
        _trunk = trunk;
        _linear = Sequential([.. trunk.TapChannels.Select((channels, index) => (
            $"lin{index}", (Module<Tensor, Tensor>)Sequential(("model", Sequential(("1", Conv2d(channels, 1, 1, bias: false)))))))]);
        RegisterComponents();
    }

    internal ImageNetNetwork Trunk => _trunk;

    internal Module<Tensor, Tensor> Linear => _linear;

    /// <summary>Images in [-1, 1] with ImageNet's statistics: (B, 3, H, W).</summary>
    internal static Tensor Scale(Tensor images)
    {
        var wide = images.InSinglePrecision();
        var shift = tensor([-.030f, -.088f, -.188f], wide.dtype, wide.device).view(1, 3, 1, 1);
        var scale = tensor([.458f, .448f, .450f], wide.dtype, wide.device).view(1, 3, 1, 1);
        return (wide - shift) / scale;
    }

    /// <summary>The weighted sum over the channels of a layer: (B, C, H, W) to (B, 1, H, W).</summary>
    internal Tensor Weigh(int layer, Tensor differences) =>
        ((Module<Tensor, Tensor>)_linear.children().ElementAt(layer)).call(differences);
}
