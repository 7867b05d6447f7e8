using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>The pixels of an image as its features: no network, for small images and for measures such as <see cref="SlicedWasserstein"/>.</summary>
/// <remarks>Distances between pixels say little of what images show. Immutable and thread safe.</remarks>
/// <param name="channels">C, at least 1.</param>
/// <param name="height">H, at least 1.</param>
/// <param name="width">W, at least 1.</param>
public sealed class PixelFeatures(long channels, long height, long width) : IFeatureExtractor
{
    private readonly long[] _size = [RequirePositive(channels), RequirePositive(height), RequirePositive(width)];

    /// <inheritdoc/>
    public string Name => "pixels";

    /// <inheritdoc/>
    public string? Hash => null;

    /// <inheritdoc/>
    public long FeatureSize => _size[0] * _size[1] * _size[2];

    /// <inheritdoc/>
    public Tensor Extract(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.dim() != 4 || !images.shape.AsSpan(1).SequenceEqual(_size) || !images.is_floating_point())
        {
            throw new ArgumentException(
                $"Images must be (B, {string.Join(", ", _size)}) of a floating-point type, but have shape {images.Describe()} and type "
                + $"{images.dtype}.", nameof(images));
        }

        using var scope = NewDisposeScope();
        return images.detach().flatten(1).to(ScalarType.Float32, copy: true).MoveToOuterDisposeScope();
    }

    private static long RequirePositive(long size) => size >= 1 ? size : throw new ArgumentOutOfRangeException(
        nameof(size), size, $"A size is {size}, but must be at least 1.");
}
