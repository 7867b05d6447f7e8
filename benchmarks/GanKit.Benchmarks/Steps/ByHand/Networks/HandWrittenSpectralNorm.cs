using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>
/// A layer whose weight is divided by its largest singular value, found by one power iteration a forward pass.
/// </summary>
internal abstract class HandWrittenSpectralLayer : Module<Tensor, Tensor>
{
    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;
    [ComponentName(Name = "weight")]
    private Parameter _weight;
    [ComponentName(Name = "u")]
    private readonly Tensor _u;
    [ComponentName(Name = "v")]
    private readonly Tensor _v;

    private protected HandWrittenSpectralLayer(string name, params long[] shape) : base(name)
    {
        _bias = Parameter(zeros(shape[0]));
        _weight = Parameter(init.xavier_uniform_(empty(shape)));
        using (NewDisposeScope())
        using (no_grad())
        {
            _u = functional.normalize(randn(shape[0]), dim: 0).DetachFromDisposeScope();
            _v = functional.normalize(_weight.flatten(1).t().mv(_u), dim: 0).DetachFromDisposeScope();
        }

        RegisterComponents();
    }

    internal Parameter Weight
    {
        get => _weight;
        set
        {
            _weight.Dispose();
            _weight = (Parameter)value.DetachFromDisposeScope();
            ConditionallyRegisterParameter("weight", _weight);
        }
    }

    private protected Tensor Bias => _bias;

    private protected Tensor NormalizedWeight()
    {
        var matrix = _weight.flatten(1); // (outputs, all else)
        using (no_grad())
        {
            _u.copy_(functional.normalize(matrix.mv(_v), dim: 0));
            _v.copy_(functional.normalize(matrix.t().mv(_u), dim: 0));
        }

        return _weight / _u.clone().dot(matrix.mv(_v.clone()));
    }
}

/// <summary>A convolution with spectral norm.</summary>
internal sealed class HandWrittenSpectralConv2d(long inChannels, long outChannels, long kernelSize)
    : HandWrittenSpectralLayer(nameof(HandWrittenSpectralConv2d), outChannels, inChannels, kernelSize, kernelSize)
{
    public override Tensor forward(Tensor input) =>
        functional.conv2d(input, NormalizedWeight(), Bias, padding: [kernelSize / 2, kernelSize / 2]);
}

/// <summary>A dense layer with spectral norm.</summary>
internal sealed class HandWrittenSpectralLinear(long inFeatures, long outFeatures)
    : HandWrittenSpectralLayer(nameof(HandWrittenSpectralLinear), outFeatures, inFeatures)
{
    public override Tensor forward(Tensor input) => functional.linear(input, NormalizedWeight(), Bias);
}
