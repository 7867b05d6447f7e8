using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Inference;

/// <summary>A convolution and a norm with something to do, connected by the test.</summary>
internal sealed class Wired : Module<Tensor, Tensor>
{
    private readonly Func<Conv2d, BatchNorm2d, Tensor, Tensor> _connect;
    private readonly Conv2d _convolution = Conv2d(4, 4, 3, padding: 1L);

    internal Wired(Func<Conv2d, BatchNorm2d, Tensor, Tensor> connect) : base(nameof(Wired))
    {
        _connect = connect;
        using var noGrad = no_grad();
        Norm.running_mean!.normal_();
        Norm.running_var!.uniform_(0.3, 2);
        register_module("convolution", _convolution);
        register_module("norm", Norm);
        Norm.register_forward_hook((_, _, output) => { UsesHooks = true; return output; });
    }

    internal BatchNorm2d Norm { get; } = BatchNorm2d(4);

    internal bool UsesHooks { get; private set; }

    public override Tensor forward(Tensor input) => _connect(_convolution, Norm, input);
}
