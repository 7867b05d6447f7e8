using TorchSharp.Modules;

namespace GanKit;

/// <summary>
/// PyTorch's Adam, AdamW, SGD and RMSprop: its rules and defaults, in libtorch's kernels that do the whole step for all
/// parameters at once. TorchSharp's own go through the parameters one operation at a time.
/// </summary>
/// <remarks>
/// The result is TorchSharp's optimiser of that name with another <c>step()</c>: schedulers, groups of parameters and
/// files of states are used as there, and <see cref="PyTorchOptimizers"/> exchanges states with PyTorch. Parameters without
/// a gradient are skipped, and keep their count of steps.
/// <para>Where libtorch has no such kernel (for complex numbers, sparse gradients, weights with gaps in memory, the
/// <c>meta</c> device), a step computes the same tensor by tensor. The first time, a warning through
/// <see cref="System.Diagnostics.Trace"/> says so.</para>
/// <para>The networks stay where they are from then on: move them to their device before.</para>
/// </remarks>
/// <example><code>
/// new TrainerOptions { Optimizer = (parameters, rate) => Optimizers.AdamW(parameters, rate, betas: (0.5, 0.999)) }
/// </code></example>
public static class Optimizers
{
    private static readonly (double, double) DefaultBetas = (0.9, 0.999);

    /// <summary>
    /// Adam (Kingma and Ba 2015): w -= rate m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps), with m and v the moving
    /// averages of the gradient and of its square.
    /// </summary>
    /// <param name="parameters">The parameters to train.</param>
    /// <param name="learningRate">The rate, at least 0; 1e-3, as in PyTorch.</param>
    /// <param name="betas">How much of m and v each step keeps, both in [0, 1); (0.9, 0.999), as in PyTorch.</param>
    /// <param name="eps">Keeps the quotient finite, at least 0; 1e-8, as in PyTorch.</param>
    /// <param name="weightDecay">Adds this part of the weights to their gradient, at least 0; 0, as in PyTorch.</param>
    /// <param name="amsgrad">Divides by the largest v so far (Reddi et al. 2018).</param>
    /// <param name="maximize">Goes up instead of down.</param>
    /// <returns>The optimiser; dispose it to free what it keeps.</returns>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public static Adam Adam(
        IEnumerable<Parameter> parameters, double learningRate = 1e-3, (double Beta1, double Beta2)? betas = null,
        double eps = 1e-8, double weightDecay = 0, bool amsgrad = false, bool maximize = false) =>
        Adam([new Adam.ParamGroup { Parameters = AllOf(parameters) }], learningRate, betas, eps, weightDecay, amsgrad,
            maximize);

    /// <summary>
    /// Adam for groups of parameters, each with settings of its own. What a group leaves open is as the other arguments
    /// say.
    /// </summary>
    /// <inheritdoc cref="Adam(IEnumerable{Parameter}, double, ValueTuple{double, double}?, double, double, bool, bool)"/>
    public static Adam Adam(
        IEnumerable<Adam.ParamGroup> groups, double learningRate = 1e-3, (double Beta1, double Beta2)? betas = null,
        double eps = 1e-8, double weightDecay = 0, bool amsgrad = false, bool maximize = false) =>
        new Fused.Adam(Loaded(groups), learningRate, betas ?? DefaultBetas, eps, weightDecay, amsgrad, maximize);

    /// <summary>
    /// AdamW (Loshchilov and Hutter 2019): Adam, whose weights shrink by rate * weightDecay in each step, whatever their
    /// gradient.
    /// </summary>
    /// <param name="parameters">The parameters to train.</param>
    /// <param name="learningRate">The rate, at least 0; 1e-3, as in PyTorch.</param>
    /// <param name="betas">How much of m and v each step keeps, both in [0, 1); (0.9, 0.999), as in PyTorch.</param>
    /// <param name="eps">Keeps the quotient finite, at least 0; 1e-8, as in PyTorch.</param>
    /// <param name="weightDecay">The decay, at least 0; 1e-2, as in PyTorch. TorchSharp's default is 0.</param>
    /// <param name="amsgrad">Divides by the largest v so far (Reddi et al. 2018).</param>
    /// <param name="maximize">Goes up instead of down.</param>
    /// <returns>The optimiser; dispose it to free what it keeps.</returns>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public static AdamW AdamW(
        IEnumerable<Parameter> parameters, double learningRate = 1e-3, (double Beta1, double Beta2)? betas = null,
        double eps = 1e-8, double weightDecay = 1e-2, bool amsgrad = false, bool maximize = false) =>
        AdamW([new AdamW.ParamGroup { Parameters = AllOf(parameters) }], learningRate, betas, eps, weightDecay, amsgrad,
            maximize);

    /// <summary>
    /// AdamW for groups of parameters, each with settings of its own. What a group leaves open is as the other arguments
    /// say.
    /// </summary>
    /// <inheritdoc cref="AdamW(IEnumerable{Parameter}, double, ValueTuple{double, double}?, double, double, bool, bool)"/>
    public static AdamW AdamW(
        IEnumerable<AdamW.ParamGroup> groups, double learningRate = 1e-3, (double Beta1, double Beta2)? betas = null,
        double eps = 1e-8, double weightDecay = 1e-2, bool amsgrad = false, bool maximize = false) =>
        new Fused.AdamW(Loaded(groups), learningRate, betas ?? DefaultBetas, eps, weightDecay, amsgrad, maximize);

    /// <summary>
    /// Stochastic gradient descent: w -= rate b, with b = momentum b + (1 - dampening) gradient, or the gradient itself
    /// in the first step and without momentum.
    /// </summary>
    /// <param name="parameters">The parameters to train.</param>
    /// <param name="learningRate">The rate, at least 0; 1e-3, as in PyTorch.</param>
    /// <param name="momentum">How much of b each step keeps, at least 0; 0, as in PyTorch.</param>
    /// <param name="dampening">How much of the gradient is left out; 0, as in PyTorch.</param>
    /// <param name="weightDecay">Adds this part of the weights to their gradient, at least 0; 0, as in PyTorch.</param>
    /// <param name="nesterov">Looks a step ahead (Sutskever et al. 2013). It takes momentum, and no dampening.</param>
    /// <param name="maximize">Goes up instead of down. As in PyTorch, and not in TorchSharp, the decay still shrinks
    /// weights.
    /// </param>
    /// <returns>The optimiser; dispose it to free what it keeps.</returns>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public static SGD Sgd(
        IEnumerable<Parameter> parameters, double learningRate = 1e-3, double momentum = 0, double dampening = 0,
        double weightDecay = 0, bool nesterov = false, bool maximize = false) =>
        Sgd([new SGD.ParamGroup { Parameters = AllOf(parameters) }], learningRate, momentum, dampening, weightDecay,
            nesterov, maximize);

    /// <summary>
    /// Stochastic gradient descent for groups of parameters, each with settings of its own. What a group leaves open is
    /// as the other arguments say.
    /// </summary>
    /// <inheritdoc cref="Sgd(IEnumerable{Parameter}, double, double, double, double, bool, bool)"/>
    public static SGD Sgd(
        IEnumerable<SGD.ParamGroup> groups, double learningRate = 1e-3, double momentum = 0, double dampening = 0,
        double weightDecay = 0, bool nesterov = false, bool maximize = false) =>
        new Fused.SGD(Loaded(groups), learningRate, momentum, dampening, weightDecay, nesterov, maximize);

    /// <summary>
    /// RMSprop (Tieleman and Hinton 2012): w -= rate gradient / (sqrt(v) + eps), with v the moving average of the
    /// gradient's square.
    /// </summary>
    /// <param name="parameters">The parameters to train.</param>
    /// <param name="learningRate">The rate, at least 0; 1e-2, as in PyTorch.</param>
    /// <param name="alpha">How much of v each step keeps, at least 0; 0.99, as in PyTorch.</param>
    /// <param name="eps">Keeps the quotient finite, at least 0; 1e-8, as in PyTorch.</param>
    /// <param name="weightDecay">Adds this part of the weights to their gradient, at least 0; 0, as in PyTorch.</param>
    /// <param name="momentum">How much of the last step each step keeps, at least 0; 0, as in PyTorch.</param>
    /// <param name="centered">Divides by the deviation: the square of the average gradient is taken off v (Graves
    /// 2013).
    /// </param>
    /// <param name="maximize">Goes up instead of down.</param>
    /// <returns>The optimiser; dispose it to free what it keeps.</returns>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public static RMSProp RmsProp(
        IEnumerable<Parameter> parameters, double learningRate = 1e-2, double alpha = 0.99, double eps = 1e-8,
        double weightDecay = 0,
        double momentum = 0, bool centered = false, bool maximize = false) =>
        RmsProp(
            [new RMSProp.ParamGroup { Parameters = AllOf(parameters) }], learningRate, alpha, eps, weightDecay, momentum,
            centered, maximize);

    /// <summary>
    /// RMSprop for groups of parameters, each with settings of its own. What a group leaves open is as the other
    /// arguments say.
    /// </summary>
    /// <inheritdoc cref="RmsProp(IEnumerable{Parameter}, double, double, double, double, double, bool, bool)"/>
    public static RMSProp RmsProp(
        IEnumerable<RMSProp.ParamGroup> groups, double learningRate = 1e-2, double alpha = 0.99, double eps = 1e-8,
        double weightDecay = 0,
        double momentum = 0, bool centered = false, bool maximize = false) =>
        new Fused.RMSProp(Loaded(groups), learningRate, alpha, eps, weightDecay, momentum, centered, maximize);

    /// <summary>Enumerated once: a second enumeration of a network could give other parameters.</summary>
    private static Parameter[] AllOf(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return [.. parameters];
    }

    private static IEnumerable<TGroup> Loaded<TGroup>(IEnumerable<TGroup> groups)
        where TGroup : ParamGroup
    {
        ArgumentNullException.ThrowIfNull(groups);
        NativeBackend.EnsureLoaded();
        return groups;
    }
}
