using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>Instance normalisation without parameters or running statistics: see <see cref="Norm.Instance"/>.</summary>
internal sealed class InstanceNormalization : Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-5;

    internal InstanceNormalization()
        : base(NativeBackend.For(nameof(InstanceNormalization)))
    {
    }

    public override Tensor forward(Tensor input)
    {
        if (!input.IsChannelsLast() || input.is_contiguous())
            return functional.instance_norm(input, eps: Epsilon);
        // libtorch's own would leave the layout. Statistics of a batch of one are the instance's, and batch norm keeps it.
        if (input.shape[0] == 1)
            return functional.batch_norm(input, null, null, training: true, eps: Epsilon);
        using var scope = NewDisposeScope();
        return functional.instance_norm(input, eps: Epsilon).ToChannelsLast().MoveToOuterDisposeScope();
    }
}
