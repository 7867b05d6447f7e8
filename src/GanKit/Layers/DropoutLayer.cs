using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>TorchSharp's dropout, which also follows <see cref="LayerModes"/>.</summary>
internal sealed class DropoutLayer(double p) : Module<Tensor, Tensor>(nameof(DropoutLayer))
{
    public override Tensor forward(Tensor input) => functional.dropout(input, p, LayerModes.Of(this) ?? training);
}
