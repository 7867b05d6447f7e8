namespace GanKit;

/// <summary>
/// The factor by which weights grow so that signals keep their variance through an activation; PyTorch's values.
/// </summary>
public static class Gain
{
    /// <summary>No activation, or a sigmoid: 1.</summary>
    public const double Linear = 1;

    /// <summary>Tanh: 5/3.</summary>
    public const double Tanh = 5.0 / 3;

    /// <summary>SELU: 3/4.</summary>
    public const double Selu = 0.75;

    /// <summary>ReLU: the square root of 2.</summary>
    public static readonly double Relu = Math.Sqrt(2);

    /// <summary>LeakyReLU: <c>sqrt(2 / (1 + slope^2))</c>.</summary>
    /// <param name="negativeSlope">The slope below zero; PyTorch's LeakyReLU has 0.01, GANs mostly 0.2.</param>
    /// <returns>The gain.</returns>
    public static double LeakyRelu(double negativeSlope) => Math.Sqrt(2 / (1 + negativeSlope * negativeSlope));
}
