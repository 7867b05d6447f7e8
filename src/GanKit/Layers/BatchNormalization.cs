using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>
/// TorchSharp's batch normalisation, for vectors (B, C) and maps (B, C, ...), which also follows <see cref="LayerModes"/>.
/// </summary>
internal sealed class BatchNormalization : BatchNorm
{
    /// <summary>PyTorch's defaults.</summary>
    internal BatchNormalization(long channels, double eps = 1e-5, double momentum = 0.1, bool affine = true)
        : base(channels, eps, momentum, affine, track_running_stats: true, Blueprint.NextDevice, null,
            NativeBackend.For(nameof(BatchNormalization)))
    {
    }

    /// <summary>Whether the preceding layer contains it already (<c>ForInference</c>), so that it is the identity.</summary>
    internal bool IsFolded { get; set; }

    public override Tensor forward(Tensor input)
    {
        if (IsFolded)
            return input.alias();
        ValidateInputDimensions(input);
        if (((LayerModes.Of(this) ?? training) || running_mean is null) && input.numel() == num_features)
            throw NormValues.Refuse(this, $"Batch normalisation of {num_features} channels", NormValues.OfChannel, input);
        if (LayerModes.Of(this) is not { } trains)
            return base.forward(input);
        return trains || running_mean is null
            ? functional.batch_norm(input, null, null, weight, bias, training: true, eps: eps)
            : functional.batch_norm(input, running_mean, running_var, weight, bias, training: false, eps: eps);
    }

    protected override void ValidateInputDimensions(Tensor input)
    {
        if (input.dim() < 2 || input.size(1) != num_features)
        {
            throw new ArgumentException(
                $"Batch normalisation of {num_features} channels takes (B, {num_features}, ...), but was given "
                + $"{input.Describe()}.", nameof(input));
        }
    }
}
