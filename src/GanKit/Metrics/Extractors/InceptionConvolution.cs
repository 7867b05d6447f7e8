using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Metrics;

/// <summary>A convolution without bias, batch normalisation (eps 0.001) and ReLU; torchvision's <c>BasicConv2d</c>.</summary>
internal sealed class InceptionConvolution : Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv")]
    private readonly Conv2d _conv;
    [ComponentName(Name = "bn")]
    private readonly BatchNorm2d _bn;

    internal InceptionConvolution(long from, long to, (long, long) kernel, long stride, (long, long) padding)
        : base(nameof(InceptionConvolution))
    {
        _conv = Conv2d(from, to, kernel, (stride, stride), padding, bias: false);
        _bn = BatchNorm2d(to, eps: 0.001);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var maps = _conv.call(input);
        using var normalized = _bn.call(maps);
        return normalized.relu_().alias();
    }
}
