using GanKit.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>The differences between the sizes of the SNGAN pair; widths are in parts of the widest block's.</summary>
/// <param name="DefaultGeneratorWidth">Channels of the generator's widest maps.</param>
/// <param name="GeneratorDivisors">
/// The width is divided by these: the 4 x 4 maps first, then the output of each block, all of which double the size.
/// </param>
/// <param name="DefaultDiscriminatorWidth">Channels of the discriminator's widest maps.</param>
/// <param name="DiscriminatorDivisors">The width is divided by these: the output of each block.</param>
/// <param name="PlainBlocks">How many of the discriminator's last blocks keep the size; the others halve it.</param>
internal sealed record SnganLayout(
    long DefaultGeneratorWidth, long[] GeneratorDivisors,
    long DefaultDiscriminatorWidth, long[] DiscriminatorDivisors, int PlainBlocks)
{
    /// <summary>Height and width of the generator's first maps.</summary>
    internal const long BottomSize = 4;

    private static readonly Dictionary<long, SnganLayout> Layouts = new()
    {
        [32] = new(256, [1, 1, 1, 1], 128, [1, 1, 1, 1], PlainBlocks: 2),
        [64] = new(1024, [1, 2, 4, 8, 16], 1024, [16, 8, 4, 2, 1], PlainBlocks: 0),
        [128] = new(1024, [1, 1, 2, 4, 8, 16], 1024, [16, 8, 4, 2, 1, 1], PlainBlocks: 1),
    };

    /// <summary>The sizes of images that the pair exists for.</summary>
    internal static IEnumerable<long> Sizes => Layouts.Keys;

    /// <summary>The layout for square images of this size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    internal static SnganLayout For(long imageSize) => Layouts.TryGetValue(imageSize, out var layout)
        ? layout
        : throw new ArgumentOutOfRangeException(nameof(imageSize), imageSize,
            $"The SNGAN pair exists for images of {string.Join(", ", Layouts.Keys)} pixels a side, not {imageSize}.");

    /// <summary>The channels that a width and its divisors make.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The width is not a positive multiple of the largest divisor.
    /// </exception>
    internal static long[] Channels(long width, long[] divisors)
    {
        var largest = divisors.Max();
        if (width < 1 || width % largest != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(width), width,
                $"The narrowest maps have 1/{largest} of the width, so it must be a positive multiple of {largest}.");
        }

        return [.. divisors.Select(divisor => width / divisor)];
    }
}

/// <summary>The three kinds of weighted layers in the SNGAN pair, initialised as its authors do.</summary>
internal static class SnganConvolutions
{
    /// <summary>A 3 x 3 convolution of a residual branch: Xavier uniform with ReLU's gain.</summary>
    internal static Module<Tensor, Tensor> Residual(long inChannels, long outChannels, bool spectralNorm) =>
        Convolution(inChannels, outChannels, kernelSize: 3, Gain.Relu, spectralNorm);

    /// <summary>A 1 x 1 convolution of a shortcut: Xavier uniform with gain 1.</summary>
    internal static Module<Tensor, Tensor> Shortcut(long inChannels, long outChannels, bool spectralNorm) =>
        Convolution(inChannels, outChannels, kernelSize: 1, Gain.Linear, spectralNorm);

    /// <summary>The generator's last 3 x 3 convolution: Xavier uniform with gain 1.</summary>
    internal static Module<Tensor, Tensor> ToImage(long inChannels, long outChannels) =>
        Convolution(inChannels, outChannels, kernelSize: 3, Gain.Linear, spectralNorm: false);

    /// <summary>The first or last linear layer: Xavier uniform with gain 1.</summary>
    internal static Module<Tensor, Tensor> Dense(long inFeatures, long outFeatures, bool spectralNorm)
    {
        var linear = Layer.Linear(inFeatures, outFeatures);
        init.xavier_uniform_(linear.weight);
        return spectralNorm ? new SpectralNormLinear(linear) : linear;
    }

    private static Module<Tensor, Tensor> Convolution(
        long inChannels, long outChannels, long kernelSize, double gain, bool spectralNorm)
    {
        var convolution = Layer.Conv2d(inChannels, outChannels, kernelSize, stride: 1, padding: kernelSize / 2);
        init.xavier_uniform_(convolution.weight, gain);
        return spectralNorm ? new SpectralNormConv2d(convolution) : convolution;
    }
}
