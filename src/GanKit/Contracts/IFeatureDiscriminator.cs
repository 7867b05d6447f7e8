using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// A discriminator that shows its intermediate activations, and the scales that it works at, beside what
/// <c>forward</c> gives. Feature matching needs one, and a discriminator of your own may be one.
/// </summary>
/// <remarks>
/// Objectives for networks from images to logits call <see cref="Discriminate"/> where there is one, and not <c>forward</c> (which
/// regularizers get). Each scale's logits then go through the adversarial loss by themselves, and the losses are summed.
/// <code>
/// internal sealed class SmallCritic : Module&lt;Tensor, Tensor&gt;, IFeatureDiscriminator
/// {
///     // ...
///     public IReadOnlyList&lt;DiscriminatorOutput&gt; Discriminate(Tensor images)
///     {
///         var features = _body.call(images);
///         return [new DiscriminatorOutput(_head.call(features), [features])];
///     }
/// }
/// </code>
/// </remarks>
public interface IFeatureDiscriminator
{
    /// <summary>Computes logits and activations in one forward pass, in the mode and with the weights that the network has.</summary>
    /// <param name="images">Images (B, C, H, W), as for <c>forward</c>.</param>
    /// <returns>
    /// An output for each scale, of which there is at least one. The caller owns the tensors; nothing may write to them
    /// later.
    /// </returns>
    IReadOnlyList<DiscriminatorOutput> Discriminate(Tensor images);
}
