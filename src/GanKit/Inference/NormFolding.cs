using GanKit.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>Makes batch normalisations in evaluation mode part of the layers that feed them.</summary>
internal static class NormFolding
{
    /// <summary>Folds what can be folded in a network of the library's own layers.</summary>
    internal static void Fold(nn.Module network)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (layer, norm) in network.WithModules().SelectMany(Feeds))
        {
            if (!norm.training && norm is { IsFolded: false, running_mean: not null, running_var: not null })
                norm.IsFolded = TryFold(layer, norm);
        }
    }

    private static IEnumerable<(nn.Module Layer, BatchNormalization Norm)> Feeds(nn.Module module)
    {
        if (module is IFeedsNorms block)
            return block.Feeds;
        if (module is not (TorchSharp.Modules.Sequential or ModuleList<nn.Module>))
            return [];
        var layers = module.children().ToArray(); // one after the other
        return layers.Zip(layers.Skip(1)).Where(pair => pair.Second is BatchNormalization)
            .Select(pair => (Last(pair.First), (BatchNormalization)pair.Second));

        static nn.Module Last(nn.Module layer) =>
            layer is TorchSharp.Modules.Sequential stage ? stage.children().LastOrDefault() ?? stage : layer;
    }

    private static bool TryFold(nn.Module layer, BatchNormalization norm)
    {
        switch (layer)
        {
            case Conv2d convolution:
                (convolution.weight, convolution.bias) = Folded(convolution.weight, convolution.bias, 0, norm);
                return true;
            case ConvTranspose2d { groups: 1 } convolution:
                (convolution.weight, convolution.bias) = Folded(convolution.weight, convolution.bias, 1, norm);
                return true;
            case Linear linear:
                (linear.weight, linear.bias) = Folded(linear.weight, linear.bias, 0, norm);
                return true;
            case SpectralNormLayer { Fixed: { } known } spectral:
                var (weight, bias) = Folded(known.Weight, known.Bias, spectral.OutputDimension, norm);
                spectral.Fix(weight, bias);
                return true;
            default:
                return false;
        }
    }

    // W' = s W and b' = s (b - mean) + beta, with s = gamma / sqrt(variance + eps) for each output, in float64.
    private static (Parameter Weight, Parameter Bias) Folded(
        Tensor weight, Tensor? bias, int outputDimension, BatchNormalization norm)
    {
        var scale = (norm.running_var!.to(float64) + norm.eps).rsqrt() * norm.weight; // (outputs)
        var shift = ((bias ?? zeros_like(scale)).to(float64) - norm.running_mean!) * scale + norm.bias!; // (outputs)
        var shape = Enumerable.Repeat(1L, (int)weight.dim()).ToArray();
        shape[outputDimension] = -1;
        return (Fixed(weight * scale.reshape(shape)), Fixed(shift));

        Parameter Fixed(Tensor numbers) => Parameter(numbers.to(weight.dtype), requires_grad: false);
    }
}
