using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>
/// Instance normalisation without parameters or running statistics: see <see cref="Norm.Instance"/>. It computes what
/// TorchSharp's does by whichever of libtorch's kernels is fastest, and keeps the memory layout, which libtorch's own
/// loses.
/// </summary>
[Samplewise]
internal sealed class InstanceNormalization : Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-5;

    internal InstanceNormalization(long channels)
        : base(NativeBackend.For(nameof(InstanceNormalization))) => Channels = channels;

    /// <summary>The number of channels that it was made for; it computes with any number.</summary>
    internal long Channels { get; }

    public override Tensor forward(Tensor input)
    {
        if (input.dim() is not (3 or 4))
        {
            throw new ArgumentException(
                "Instance normalisation takes feature maps (B, C, H, W) or (C, H, W), but was given "
                + $"{input.Describe()}.", nameof(input));
        }

        if (input.shape is [.., 1, 1])
            throw NormValues.Refuse(this, "Instance normalisation", NormValues.OfInstance, input);
        if (input.dim() == 4)
            return Normalize(input);
        using var scope = NewDisposeScope();
        return Normalize(input.unsqueeze(0)).squeeze(0).MoveToOuterDisposeScope(); // (C, H, W)
    }

    private static Tensor Normalize(Tensor input)
    {
        var learns = is_grad_enabled() && input.requires_grad;
        if (!learns || !input.IsChannelsLast() || input.is_contiguous())
            return functional.group_norm(input, input.shape[1], eps: Epsilon); // a group for each channel
        // The group kernel's gradient is slow in this layout. Statistics of a batch of one are the instance's.
        using var scope = NewDisposeScope();
        // Statistics of 16-bit inputs are rounded to 16 bits too, unless there is a 32-bit weight.
        var weight = input.dtype is ScalarType.Float16 or ScalarType.BFloat16
            ? ones(input.shape[1], dtype: ScalarType.Float32, device: input.device)
            : null;
        var instances = input.shape[0] == 1 ? Alone(input) : cat([.. input.split(1).Select(Alone)]);
        return instances.MoveToOuterDisposeScope();

        Tensor Alone(Tensor instance) => functional.batch_norm(instance, null, null, weight, training: true, eps: Epsilon);
    }
}
