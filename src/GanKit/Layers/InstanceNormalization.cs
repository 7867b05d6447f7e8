using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>
/// Instance normalisation without parameters or running statistics: see <see cref="Norm.Instance"/>. It computes what TorchSharp's does by
/// whichever of libtorch's kernels is fastest, and keeps the memory layout, which libtorch's own loses.
/// </summary>
[Samplewise]
internal sealed class InstanceNormalization : Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-5;

    internal InstanceNormalization()
        : base(NativeBackend.For(nameof(InstanceNormalization)))
    {
    }

    public override Tensor forward(Tensor input)
    {
        if (input.dim() < 3 || input.shape.AsSpan(2).IndexOfAnyExcept(1) < 0)
            throw new ArgumentException($"Instance normalisation takes feature maps (B, C, H, W) of at least two pixels, but was given {input.Describe()}.", nameof(input));
        var learns = is_grad_enabled() && input.requires_grad;
        if (!learns || !input.IsChannelsLast() || input.is_contiguous())
            return functional.group_norm(input, input.shape[1], eps: Epsilon); // a group for each channel
        // The group kernel's gradient is slow in this layout. Statistics of a batch of one are the instance's.
        if (input.shape[0] == 1)
            return Alone(input);
        using var scope = NewDisposeScope();
        return cat([.. input.split(1).Select(Alone)]).MoveToOuterDisposeScope();

        static Tensor Alone(Tensor instance) => functional.batch_norm(instance, null, null, training: true, eps: Epsilon);
    }
}
