using GanKit.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>
/// A layer that multiplies its input by a weight and adds a bias: a convolution or a fully connected layer.
/// </summary>
/// <param name="Module">The layer itself.</param>
/// <param name="Read">Its weight and its bias as they are now; the weight belongs to the current scope.</param>
/// <param name="OutputDimension">Which dimension of the weight counts its outputs.</param>
/// <param name="Apply">
/// What it computes, with any weight and bias; none where the layer takes others by itself
/// (<see cref="SpectralNormLayer"/>).
/// </param>
internal sealed record WeightedLayer(
    Module<Tensor, Tensor> Module, Func<(Tensor Weight, Tensor? Bias)> Read, int OutputDimension,
    Func<Tensor, Tensor, Tensor?, Tensor>? Apply)
{
    /// <summary>The module as such a layer.</summary>
    /// <returns>Nothing, where it is none, or of a kind too rare to care.</returns>
    internal static WeightedLayer? Of(nn.Module module) => module switch
    {
        Conv2d { padding: not null } convolution => new(
            convolution, () => (convolution.weight.alias(), convolution.bias), 0, Convolve(convolution)),
        // Its outputs lie in two dimensions of the weight where there are several groups.
        ConvTranspose2d { groups: 1 } convolution => new(
            convolution, () => (convolution.weight.alias(), convolution.bias), 1,
            (input, weight, bias) => functional.conv_transpose2d(
                input, weight, bias, convolution.stride, convolution.padding, convolution.output_padding,
                convolution.dilation)),
        Linear linear => new(
            linear, () => (linear.weight.alias(), linear.bias), 0,
            (input, weight, bias) => functional.linear(input, weight, bias)),
        SpectralNormLayer { training: false } spectral => new(
            spectral, spectral.ReadWeight, spectral.OutputDimension, null),
        _ => null,
    };

    private static Func<Tensor, Tensor, Tensor?, Tensor> Convolve(Conv2d convolution)
    {
        if (convolution.padding_mode == PaddingModes.Zeros)
        {
            return (input, weight, bias) => functional.conv2d(
                input, weight, bias, convolution.stride, convolution.padding, convolution.dilation, convolution.groups);
        }

        var (tall, wide) = (convolution.padding![0], convolution.padding[1]);
        return (input, weight, bias) =>
        {
            using var padded = functional.pad(input, [wide, wide, tall, tall], convolution.padding_mode);
            return functional.conv2d(
                padded, weight, bias, convolution.stride, [0, 0], convolution.dilation, convolution.groups);
        };
    }
}
