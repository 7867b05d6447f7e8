using static TorchSharp.torch;

namespace GanKit;

/// <summary>The catalogue of weight initialisers.</summary>
/// <remarks>
/// All of them fill the weights of linear, convolutional and transposed convolutional layers, and of layers that are
/// <see cref="IInitializable"/>; set their biases to zero; and reset normalisation layers to scale 1 and shift 0 (see
/// <see cref="Normal"/> for its random scale). Embeddings (save spectrally normalised ones, which are
/// <see cref="IInitializable"/>), PReLU slopes and parameters of one's own keep their values.
/// <code>network.Initialize(Initializer.Orthogonal());</code>
/// </remarks>
public static class Initializer
{
    /// <summary>
    /// DCGAN's: weights from N(0, 0.02), normalisation scales from N(1, 0.02), biases and shifts zero. The choice of
    /// pix2pix and CycleGAN too.
    /// </summary>
    /// <remarks>
    /// Radford et al., arXiv:1511.06434, section 4; the scales as in <c>pytorch/examples</c>.
    /// </remarks>
    public static IInitializer Dcgan { get; } = Normal();

    /// <summary>
    /// Weights from N(0, <paramref name="std"/>), normalisation scales from N(1, <paramref name="normStd"/>), biases
    /// and shifts zero.
    /// </summary>
    /// <param name="std">Standard deviation of weights, at least 0; DCGAN's is 0.02.</param>
    /// <param name="normStd">
    /// Standard deviation of normalisation scales, at least 0; 0.02 in <c>pytorch/examples</c>.
    /// </param>
    /// <returns>The initialiser.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A standard deviation is negative or not finite.</exception>
    public static IInitializer Normal(double std = 0.02, double normStd = 0.02)
    {
        RequireFactor(std, nameof(std));
        RequireFactor(normStd, nameof(normStd));
        return new LayerInitializer((weight, generator) => weight.normal_(0, std, generator), normStd);
    }

    /// <summary>Weights from N(0, std) with <c>std = gain * sqrt(2 / (fanIn + fanOut))</c>.</summary>
    /// <remarks>
    /// Glorot, Bengio: Understanding the difficulty of training deep feedforward neural networks, AISTATS 2010.
    /// </remarks>
    /// <param name="gain">The activation's gain, at least 0; see <see cref="Gain"/>. 1 in PyTorch.</param>
    /// <returns>The initialiser.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The gain is negative or not a finite number.</exception>
    public static IInitializer XavierNormal(double gain = Gain.Linear) => ScaledNormal(gain, Fan.Average);

    /// <summary>Weights from U(-a, a) with <c>a = gain * sqrt(6 / (fanIn + fanOut))</c>.</summary>
    /// <remarks><inheritdoc cref="XavierNormal" path="/remarks"/></remarks>
    /// <param name="gain">The activation's gain, at least 0; see <see cref="Gain"/>. 1 in PyTorch.</param>
    /// <returns>The initialiser.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The gain is negative or not a finite number.</exception>
    public static IInitializer XavierUniform(double gain = Gain.Linear) => ScaledUniform(gain, Fan.Average);

    /// <summary>Weights from N(0, std) with <c>std = gain / sqrt(fan)</c>.</summary>
    /// <remarks>
    /// He, Zhang, Ren, Sun: Delving Deep into Rectifiers, ICCV 2015, arXiv:1502.01852.
    /// </remarks>
    /// <param name="gain">
    /// The activation's gain, at least 0; see <see cref="Gain"/>. <see cref="Gain.Relu"/> when <see langword="null"/>,
    /// as in PyTorch.
    /// </param>
    /// <param name="fan">What to divide by; <see cref="Fan.In"/> when <see langword="null"/>, as in PyTorch.</param>
    /// <returns>The initialiser.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The gain is negative or not a finite number.</exception>
    public static IInitializer KaimingNormal(double? gain = null, Fan? fan = null) =>
        ScaledNormal(gain ?? Gain.Relu, fan ?? Fan.In);

    /// <summary>Weights from U(-a, a) with <c>a = gain * sqrt(3 / fan)</c>.</summary>
    /// <remarks><inheritdoc cref="KaimingNormal" path="/remarks"/></remarks>
    /// <param name="gain">
    /// The activation's gain, at least 0; see <see cref="Gain"/>. <see cref="Gain.Relu"/> when <see langword="null"/>,
    /// as in PyTorch.
    /// </param>
    /// <param name="fan">What to divide by; <see cref="Fan.In"/> when <see langword="null"/>, as in PyTorch.</param>
    /// <returns>The initialiser.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The gain is negative or not a finite number.</exception>
    public static IInitializer KaimingUniform(double? gain = null, Fan? fan = null) =>
        ScaledUniform(gain ?? Gain.Relu, fan ?? Fan.In);

    /// <summary>
    /// Weights, as a matrix (first dimension, all others), with orthonormal rows or columns, whichever are fewer, times
    /// the gain.
    /// </summary>
    /// <remarks>
    /// Saxe, McClelland, Ganguli: Exact solutions to the nonlinear dynamics of learning in deep linear neural networks,
    /// ICLR 2014, arXiv:1312.6120. BigGAN's choice.
    /// </remarks>
    /// <param name="gain">The activation's gain, at least 0; see <see cref="Gain"/>. 1 in PyTorch.</param>
    /// <returns>The initialiser.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The gain is negative or not a finite number.</exception>
    public static IInitializer Orthogonal(double gain = Gain.Linear)
    {
        RequireFactor(gain, nameof(gain));
        return new LayerInitializer((weight, generator) => FillOrthogonal(weight, gain, generator));
    }

    private static LayerInitializer ScaledNormal(double gain, Fan fan)
    {
        RequireFactor(gain, nameof(gain));
        return new LayerInitializer(
            (weight, generator) => weight.normal_(0, gain / Math.Sqrt(fan.Of(weight)), generator));
    }

    private static LayerInitializer ScaledUniform(double gain, Fan fan)
    {
        RequireFactor(gain, nameof(gain));
        return new LayerInitializer((weight, generator) =>
        {
            var bound = gain * Math.Sqrt(3 / fan.Of(weight));
            weight.uniform_(-bound, bound, generator);
        });
    }

    private static void FillOrthogonal(Tensor weight, double gain, Generator? generator)
    {
        using var scope = NewDisposeScope();
        var matrix = empty_like(weight).normal_(0, 1, generator).flatten(1); // (rows, columns)
        var wide = matrix.shape[0] < matrix.shape[1];
        var (q, r) = linalg.qr(wide ? matrix.t() : matrix);
        // The sign makes the decomposition unique, and the matrix uniform over all orthogonal ones.
        var unique = q * r.diag().sign();
        weight.copy_((wide ? unique.t() : unique).reshape(weight.shape) * gain);
    }

    private static void RequireFactor(double value, string parameterName)
    {
        if (!double.IsFinite(value) || value < 0)
        {
            throw new ArgumentOutOfRangeException(parameterName, value,
                $"The {parameterName} must be a finite number of at least 0, not {value}.");
        }
    }
}
