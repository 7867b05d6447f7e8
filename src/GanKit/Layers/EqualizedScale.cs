using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit.Layers;

/// <summary>
/// The arithmetic that the equalised layers share: what to draw, and what to multiply with when used.
/// </summary>
internal sealed class EqualizedScale
{
    /// <summary>sqrt(2), He's gain for rectifiers.</summary>
    internal const double DefaultGain = 1.4142135623730951;

    private readonly double _weightScale;
    private readonly double _learningRateMultiplier;

    internal EqualizedScale(long fanIn, double gain, double learningRateMultiplier)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(gain);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(learningRateMultiplier);
        _weightScale = learningRateMultiplier * gain / Math.Sqrt(fanIn);
        _learningRateMultiplier = learningRateMultiplier;
    }

    // Detached from dispose scopes: a layer outlives the scope that it was made in.
    internal Parameter Weight(params long[] shape) => Own(randn(shape) / _learningRateMultiplier);

    internal static Parameter Bias(long length) => Own(zeros(length));

    internal Tensor ScaleWeight(Tensor weight) => weight.Times(_weightScale);

    internal Tensor? ScaleBias(Tensor? bias) =>
        _learningRateMultiplier == 1 ? bias : bias?.Times(_learningRateMultiplier);

    private static Parameter Own(Tensor values)
    {
        var parameter = new Parameter(values);
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}
