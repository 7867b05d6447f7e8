using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>
/// A layer whose weight is divided by its largest singular value, so that the layer stretches no input by more than 1.
/// </summary>
/// <remarks>
/// <c>W / sigma(W)</c> with <c>sigma(W) = u^T W v</c>, where W is the weight as a matrix (one row an output), and the
/// unit vectors u, v follow its leading singular vectors by power iteration: <c>u = W v / |W v|</c>,
/// <c>v = W^T u / |W^T u|</c>. Every forward pass in training mode advances the iteration, under <c>no_grad</c> too; in
/// evaluation mode nothing changes. Gradients flow through the weight and through sigma, with u and v held constant.
/// <para>
/// Behaviour, defaults and state keys (<c>bias</c>, <c>parametrizations.weight.original</c>,
/// <c>parametrizations.weight.0._u</c>, <c>parametrizations.weight.0._v</c>) are those of PyTorch 2's
/// <c>torch.nn.utils.parametrizations.spectral_norm</c>; the same seed draws the same layer.
/// Initialisers fill the original weight, and the iteration then catches up with it.
/// </para>
/// <para>
/// Miyato, Kataoka, Koyama, Yoshida: Spectral Normalization for Generative Adversarial Networks, ICLR 2018,
/// arXiv:1802.05957.
/// </para>
/// </remarks>
public abstract class SpectralNormLayer : Module<Tensor, Tensor>, IInitializable
{
    private const int InitialIterations = 15;

    private readonly int _outputDimension;
    private readonly int _powerIterations;
    private readonly double _eps;

    // PyTorch nests three modules to arrive at these names; the names are all that matters here.
    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;
    [ComponentName(Name = "parametrizations.weight.original")]
    private readonly Parameter _original;
    [ComponentName(Name = "parametrizations.weight.0._u")]
    private readonly Tensor _u;
    [ComponentName(Name = "parametrizations.weight.0._v")]
    private readonly Tensor _v;

    /// <summary>Copies a weight and a bias, draws u and v, and lets them approach the singular vectors.</summary>
    /// <param name="name">The name of the layer's kind.</param>
    /// <param name="weight">The original weight, of at least two dimensions.</param>
    /// <param name="bias">The bias, not normalised, or <see langword="null"/>.</param>
    /// <param name="outputDimension">Which dimension of the weight counts outputs: 0, or 1 when transposed.</param>
    /// <param name="powerIterations">Iterations a training forward, at least 1; 1 in PyTorch.</param>
    /// <param name="eps">The least value of a norm, against division by zero; 1e-12 in PyTorch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">The weight has fewer than two dimensions, or no elements.</exception>
    protected SpectralNormLayer(string name, Tensor weight, Tensor? bias, int outputDimension = 0,
        int powerIterations = 1, double eps = 1e-12) : base(name)
    {
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.dim() < 2 || weight.numel() == 0)
            throw new ArgumentException($"A spectral norm needs a matrix, not {weight.Describe()}.", nameof(weight));
        ArgumentOutOfRangeException.ThrowIfNegative(outputDimension);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(outputDimension, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(powerIterations);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(eps);
        (_outputDimension, _powerIterations, _eps) = (outputDimension, powerIterations, eps);

        // A layer made inside a dispose scope outlives it, as TorchSharp's own layers do.
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _original = Parameter(weight.detach().clone());
        _original.DetachFromDisposeScope();
        _bias = bias is null ? null : Parameter(bias.detach().clone());
        _bias?.DetachFromDisposeScope();
        var matrix = WeightMatrix(); // (h, w)
        _u = Unit(empty_like(matrix.select(1, 0)).normal_()).DetachFromDisposeScope(); // (h)
        _v = Unit(empty_like(matrix.select(0, 0)).normal_()).DetachFromDisposeScope(); // (w)
        // PyTorch's registration ends with a trial forward, which advances the new vectors too.
        Iterate(matrix, _u, _v, InitialIterations + powerIterations);
        RegisterComponents();
    }

    Parameter IInitializable.WeightToInitialize => _original;

    Parameter? IInitializable.BiasToInitialize => _bias;

    void IInitializable.OnInitialized()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Iterate(WeightMatrix(), _u, _v, InitialIterations);
    }

    /// <summary>The arguments of <see cref="Fix(Tensor, Tensor?)"/>.</summary>
    internal (Tensor Weight, Tensor? Bias)? Fixed { get; private set; }

    internal int OutputDimension => _outputDimension;

    /// <summary>The bias that goes with <see cref="NormalizeWeight"/>, or <see langword="null"/>.</summary>
    protected Tensor? LayerBias => Fixed is { } known ? known.Bias : _bias;

    /// <summary>
    /// The weight to compute with, <c>W / sigma</c>; in training mode it first advances the power iteration. Call it
    /// once a forward pass.
    /// </summary>
    /// <returns>A tensor of the weight's shape that belongs to the current dispose scope.</returns>
    protected Tensor NormalizeWeight()
    {
        if (Fixed is { } known)
            return known.Weight.alias();
        using var scope = NewDisposeScope();
        using var full = Precision.Float32.Autocast(_original.device); // 8 bits of a norm are too few, and of its vectors
        var matrix = WeightMatrix(); // (h, w)
        // Copies, since later forward passes change u and v while this one's graph still waits for its backward pass.
        var (u, v) = (_u.clone(), _v.clone());
        var given = LayerModes.Of(this);
        if (given ?? training)
        {
            using var noGrad = no_grad();
            Iterate(matrix, u, v, _powerIterations);
            if (given is null)
            {
                _u.copy_(u);
                _v.copy_(v);
            }
        }

        var sigma = (u * matrix.mv(v)).sum(); // ()
        return (_original / sigma).MoveToOuterDisposeScope();
    }

    /// <summary>Computes with the present weight from now on: for copies that do not learn.</summary>
    internal void Fix()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Fix(NormalizeWeight(), LayerBias);
    }

    /// <summary>Computes with copies of these from now on, whatever the parameters are.</summary>
    internal void Fix(Tensor weight, Tensor? bias)
    {
        var former = Fixed;
        Fixed = (weight.KeptCopy(), bias?.KeptCopy());
        former?.Weight.Dispose();
        former?.Bias?.Dispose();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Fixed?.Weight.Dispose();
            Fixed?.Bias?.Dispose();
        }

        base.Dispose(disposing);
    }

    private protected static void RequireConvolution(
        long inChannels, long outChannels, long kernelSize, long stride, long padding)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kernelSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
    }

    private Tensor WeightMatrix() =>
        (_outputDimension == 0 ? _original : _original.transpose(0, 1)).flatten(1); // (outputs, all else)

    private void Iterate(Tensor matrix, Tensor u, Tensor v, int iterations)
    {
        if (matrix.device_type == TorchSharp.DeviceType.META)
            return; // names and sizes alone are wanted
        for (var i = 0; i < iterations; i++)
        {
            u.copy_(Unit(matrix.mv(v)));
            v.copy_(Unit(matrix.t().mv(u)));
        }
    }

    private Tensor Unit(Tensor vector) => functional.normalize(vector, dim: 0, eps: _eps);
}
