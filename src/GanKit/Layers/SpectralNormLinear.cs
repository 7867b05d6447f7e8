using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>A linear layer with spectral normalisation.</summary>
/// <remarks><inheritdoc cref="SpectralNormLayer" path="/remarks"/></remarks>
public sealed class SpectralNormLinear : SpectralNormLayer
{
    private readonly long _inFeatures;

    /// <summary>Builds the layer with PyTorch's default initialisation of a linear layer.</summary>
    /// <param name="inFeatures">Length of the input's last dimension.</param>
    /// <param name="outFeatures">Length of the output's last dimension.</param>
    /// <param name="bias">Whether to add a bias.</param>
    /// <param name="powerIterations">Power iterations a training forward; 1 in PyTorch.</param>
    /// <param name="eps">The least value of a norm; 1e-12 in PyTorch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public SpectralNormLinear(long inFeatures, long outFeatures, bool bias = true, int powerIterations = 1,
        double eps = 1e-12) : this(Build(inFeatures, outFeatures, bias), powerIterations, eps)
    {
    }

    /// <summary>
    /// Normalises a linear layer that exists. It is taken over: its weights are copied, and it is disposed.
    /// </summary>
    /// <param name="linear">The linear layer.</param>
    /// <param name="powerIterations">Power iterations a training forward; 1 in PyTorch.</param>
    /// <param name="eps">The least value of a norm; 1e-12 in PyTorch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public SpectralNormLinear(Linear linear, int powerIterations = 1, double eps = 1e-12)
        : base(NativeBackend.For(nameof(SpectralNormLinear)), Require(linear).weight, linear.bias, 0, powerIterations, eps)
    {
        _inFeatures = linear.in_features;
        linear.Dispose();
    }

    /// <summary>Multiplies.</summary>
    /// <param name="input">(..., inFeatures).</param>
    /// <returns>(..., outFeatures).</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.shape is not [.., var features] || features != _inFeatures)
        {
            throw new ArgumentException(
                $"{nameof(SpectralNormLinear)} takes an input (..., {_inFeatures}); this input is {input.Describe()}.",
                nameof(input));
        }

        using var weight = NormalizeWeight();
        return functional.linear(input, weight, LayerBias);
    }

    private static Linear Build(long inFeatures, long outFeatures, bool bias)
    {
        NativeBackend.EnsureLoaded();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inFeatures);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outFeatures);
        return Layer.Linear(inFeatures, outFeatures, bias);
    }

    private static Linear Require(Linear linear)
    {
        ArgumentNullException.ThrowIfNull(linear);
        return linear;
    }
}
