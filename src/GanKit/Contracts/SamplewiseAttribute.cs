namespace GanKit;

/// <summary>
/// Says of a module that its own code treats each sample by itself: what it gives for one depends neither on the others
/// in the batch, nor on calls before, nor on chance. The modules within it speak for themselves.
/// </summary>
/// <remarks>
/// Where all of a network is so, a training step may run it on several batches at once, which is faster for small ones
/// and gives the same: the discriminator on real and generated samples, CycleGAN's generators on images of both
/// domains. Batch normalisation, dropout, spectral normalisation (whose power iteration advances with each call) and
/// minibatch statistics are not so. TorchSharp's own layers are known, and those that may join samples, <c>Flatten</c>
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
