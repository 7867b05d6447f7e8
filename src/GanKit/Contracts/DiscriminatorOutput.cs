using static TorchSharp.torch;

namespace GanKit;

/// <summary>The output of a discriminator, or of one scale of it, for a batch: logits and intermediate activations.</summary>
/// <param name="Logits">Logits (B, ...), before any sigmoid: the higher, the more real.</param>
/// <param name="Features">
/// Intermediate activations (B, ...), from the first layer to the last but the logits; each layer may have a shape of its
/// own.
/// </param>
public sealed record DiscriminatorOutput(Tensor Logits, IReadOnlyList<Tensor> Features);
