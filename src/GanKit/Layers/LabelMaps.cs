using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Layers;

/// <summary>
/// Conditions as feature maps, so that a convolution sees them at every position: one constant map a class, 1 for the
/// label's and 0 for all others, or one an attribute with its value.
/// </summary>
/// <remarks>
/// Without parameters. <c>cat([images, maps], 1)</c> is the concatenation of conditional GANs (Mirza and Osindero 2014,
/// <see href="https://arxiv.org/abs/1411.1784"/>).
/// </remarks>
public sealed class LabelMaps : Module<Tensor, Tensor>
{
    private readonly Conditioning _conditioning;
    private readonly long _height;
    private readonly long _width;

    /// <summary>Makes the layer.</summary>
    /// <param name="conditioning">The conditions.</param>
    /// <param name="height">Height of the maps, at least 1.</param>
    /// <param name="width">Width of the maps, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public LabelMaps(Conditioning conditioning, long height, long width) : base(NativeBackend.For(nameof(LabelMaps)))
    {
        ArgumentNullException.ThrowIfNull(conditioning);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        (_conditioning, _height, _width) = (conditioning, height, width);
    }

    /// <summary>Makes the maps.</summary>
    /// <param name="condition">Labels (B) or attributes (B, K).</param>
    /// <returns>
    /// (B, K, height, width), in 32-bit floating point for labels and in the attributes' own type. A view: all
    /// positions of a map share one number, so it is not to be written to.
    /// </returns>
    /// <exception cref="ArgumentException">The condition is not what the layer was made for.</exception>
    public override Tensor forward(Tensor condition)
    {
        _conditioning.Require(condition, nameof(LabelMaps));
        return Expand(_conditioning, condition, _height, _width, dtype: null);
    }

    /// <summary>Puts the condition's maps behind the channels of feature maps.</summary>
    internal static Tensor Join(Tensor maps, Tensor condition, Conditioning conditioning)
    {
        using var labels = Expand(conditioning, condition, maps.size(2), maps.size(3), maps.dtype);
        return cat([maps, labels], 1); // (B, C + K, H, W)
    }

    private static Tensor Expand(Conditioning conditioning, Tensor condition, long height, long width, ScalarType? dtype)
    {
        using var vectors = conditioning.ToVectors(condition, dtype); // (B, K)
        using var pixels = vectors.reshape(-1, conditioning.Size, 1, 1); // (B, K, 1, 1)
        return pixels.expand(-1, -1, height, width); // (B, K, H, W)
    }
}
