using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>A weight and a bias that do not change any more.</summary>
internal sealed class FixedWeights : IDisposable
{
    private FixedWeights(Tensor weight, Tensor? bias) => (Weight, Bias) = (weight, bias);

    internal Tensor Weight { get; }

    internal Tensor? Bias { get; }

    /// <summary>Copies a layer's weights, with a normalisation folded into them.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="norm">The batch normalisation in evaluation mode that it feeds, if any.</param>
    /// <param name="precision">What is computed in; weights of 32 bits are cast to it once and for all.</param>
    /// <param name="channelsLast">How the weights of convolutions lie in memory.</param>
    internal static FixedWeights Of(WeightedLayer layer, BatchNorm? norm, Precision precision, bool channelsLast)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (weight, bias) = layer.Read();
        var dtype = weight.dtype == ScalarType.Float32 ? precision.Dtype : weight.dtype;
        if (norm is not null)
            (weight, bias) = Fold(weight, bias, layer.OutputDimension, norm);
        weight = weight.to(dtype);
        if (channelsLast && weight.dim() == 4)
            weight = weight.ToChannelsLast();
        // Copies, since what is read may be the parameter itself.
        return new(weight.KeptCopy(), bias?.to(dtype).KeptCopy());
    }

    public void Dispose()
    {
        Weight.Dispose();
        Bias?.Dispose();
    }

    // W' = s W and b' = s (b - mean) + beta, with s = gamma / sqrt(variance + eps) for each output.
    private static (Tensor Weight, Tensor Bias) Fold(Tensor weight, Tensor? bias, int outputDimension, BatchNorm norm)
    {
        var scale = (norm.running_var!.to(ScalarType.Float64) + norm.eps).rsqrt(); // (outputs)
        if (norm.weight is { } gamma)
            scale = scale * gamma;
        var shift = ((bias ?? zeros_like(scale)) - norm.running_mean!) * scale; // (outputs)
        if (norm.bias is { } beta)
            shift = shift + beta;
        var shape = Enumerable.Repeat(1L, (int)weight.dim()).ToArray();
        shape[outputDimension] = -1;
        return (weight * scale.reshape(shape), shift);
    }
}
