using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>
/// Turns images into feature vectors, which measures of whole distributions compare. Fixed: the same images give the same
/// features whenever they are asked for.
/// </summary>
/// <remarks>
/// What an extractor says of itself becomes part of a result's protocol: numbers of two extractors are not comparable. It resizes,
/// quantises and normalises by itself, as <see cref="Resizer"/> says. It draws no random numbers, records no gradient, and leaves its
/// network in evaluation mode. One thread at a time may use it.
/// </remarks>
public interface IFeatureExtractor
{
    /// <summary>The network's name, as results state it, such as "inception-2015-12-05".</summary>
    string Name { get; }

    /// <summary>The hash of its weights, such as "sha256:…", or null where it has none.</summary>
    string? Hash { get; }

    /// <summary>How it brings images to its size and range, as results state it; "none" where it takes them as they are.</summary>
    string Resizer => "none";

    /// <summary>F, the numbers in an image's feature vector.</summary>
    long FeatureSize { get; }

    /// <summary>K, the classes of its logits; 0 where it has none.</summary>
    long ClassCount => 0;

    /// <summary>The features of a batch.</summary>
    /// <param name="images">Images (B, C, H, W) in [-1, 1], of a floating-point type, on the extractor's device.</param>
    /// <returns>Features (B, F) of float32, in the images' order, on the same device. The caller owns them.</returns>
    /// <exception cref="ArgumentException">The extractor can't read such images.</exception>
    Tensor Extract(Tensor images);

    /// <summary>The features of a batch and its logits, of one pass.</summary>
    /// <param name="images">Images (B, C, H, W), as <see cref="Extract"/> takes them.</param>
    /// <returns>Features (B, F) and logits (B, K), of float32. The caller owns both.</returns>
    /// <exception cref="ArgumentException">The extractor can't read such images.</exception>
    /// <exception cref="NotSupportedException">The extractor has no logits; <see cref="ClassCount"/> is 0.</exception>
    (Tensor Features, Tensor Logits) ExtractWithLogits(Tensor images) =>
        throw new NotSupportedException($"The extractor {Name} gives features, but no logits of classes.");
}
