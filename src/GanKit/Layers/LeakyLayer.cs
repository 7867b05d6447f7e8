using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>TorchSharp's leaky ReLU, whose slope lives as long as the layer: see <see cref="Scalars"/>.</summary>
[Samplewise]
internal sealed class LeakyLayer : Module<Tensor, Tensor>
{
    private readonly Scalar _slope;
    private readonly bool _inplace;

    internal LeakyLayer(double slope, bool inplace = false)
        : base(NativeBackend.For(nameof(LeakyLayer))) => (_slope, _inplace) = (slope, inplace);

    public override Tensor forward(Tensor input)
    {
        var output = _inplace ? input.leaky_relu_(_slope).alias() : input.leaky_relu(_slope);
        GC.KeepAlive(this);
        return output;
    }
}
