using static TorchSharp.torch;

namespace GanKit;

/// <summary>What a discriminator, or one scale of it, gives for a batch: logits and the activations before them.</summary>
/// <param name="Logits">Logits (B, ...), before any sigmoid: the higher, the more real.</param>
/// <param name="Features">
/// Intermediate activations (B, ...), from the first layer to the last but the logits; each layer may have a shape of its
/// own.
/// </param>
public sealed record DiscriminatorOutput(Tensor Logits, IReadOnlyList<Tensor> Features);
