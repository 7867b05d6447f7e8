namespace GanKit;

/// <summary>
/// Declares that a module's own code treats each sample by itself: a sample's output depends neither on the others in the batch, nor on
/// earlier calls, nor on random numbers. Modules within it need the attribute themselves.
/// </summary>
/// <remarks>
/// Where this holds for all of a network, a training step may run it on several batches at once, which is faster for small ones
/// and gives the same: the discriminator on real and generated samples, CycleGAN's generators on images of both
/// domains. Batch normalisation, dropout, spectral normalisation (whose power iteration advances with each call) and
/// minibatch statistics do not treat samples so. TorchSharp's own layers are known, and those that may join samples, <c>Flatten</c>
/// and <c>Unflatten</c> from the first dimension or counted from the last, and <c>LayerNorm</c> over several, are taken
/// to do so. Put it on a module of your own to let networks that contain it take part.
/// </remarks>
/// <example>
/// <code>
/// [Samplewise]
/// internal sealed class SmallCritic : Module&lt;Tensor, Tensor&gt;
/// {
///     // convolutions, activations ...
/// }
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SamplewiseAttribute : Attribute;
