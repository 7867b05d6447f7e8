using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>
/// A random change of real and generated samples alike before the discriminator sees them, which keeps it from overfitting to few samples.
/// Gradients go through it to the generator.
/// </summary>
/// <remarks>
/// Set it as <see cref="Objective{TG, TD, TFakes}.Augmentation"/>. Real and generated samples have draws of their own; pictures that
/// belong together, as the input and the output of a translator do, share one. Any module from samples to samples is one too: it is
/// not trained, and stays yours in every respect. Random choices are separate from their application, so that one draw can serve several
/// pictures.
/// <para>
/// Zhao et al.: Differentiable Augmentation for Data-Efficient GAN Training, NeurIPS 2020, arXiv:2006.10738; Karras et al.: Training
/// Generative Adversarial Networks with Limited Data, NeurIPS 2020, arXiv:2006.06676.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// internal sealed class Brightness : Augmentation
/// {
///     protected override Func&lt;Tensor, Tensor&gt; Draw(Tensor samples)
///     {
///         var more = rand([samples.shape[0], 1, 1, 1], device: samples.device) - 0.5;
///         return pictures => pictures + more;
///     }
/// }
/// </code>
/// </example>
public abstract class Augmentation
{
    /// <summary>
    /// How strong it is, such as a probability, to be logged as <c>augmentation</c>: a scalar on the samples' device. None by default.
    /// </summary>
    public virtual Tensor? Strength => null;

    /// <summary>Takes a module from samples to samples; <c>Augmentation = module</c> does the same.</summary>
    /// <param name="module">
    /// The module. Pictures that share a draw come joined along their channels (B, C1 + C2, H, W).
    /// </param>
    public static Augmentation FromModule(Module<Tensor, Tensor> module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return new OfModule(module);
    }

    /// <inheritdoc cref="FromModule"/>
    public static implicit operator Augmentation(Module<Tensor, Tensor> module) => FromModule(module);

    /// <summary>Gets the discriminator's logits of real samples, on each of its steps, to adapt the strength: StyleGAN2-ADA's rule uses
    /// their signs.</summary>
    /// <param name="realLogits">Logits (N) of augmented real samples, detached. Reading them would make the device wait.</param>
    public virtual void Observe(Tensor realLogits)
    {
    }

    /// <summary>Changes samples that belong together by one draw.</summary>
    /// <param name="samples">One batch (B, ...), or several of pictures of one height and width.</param>
    /// <returns>As many batches of the same shapes, in the current dispose scope.</returns>
    public virtual IReadOnlyList<Tensor> Apply(params IReadOnlyList<Tensor> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var change = Draw(samples[0]) ?? throw new InvalidOperationException($"{GetType().Name}.Draw returned null instead of a function.");
        return [.. samples.Select(change)];
    }

    /// <summary>Makes the random choices for one batch.</summary>
    /// <param name="samples">The batch (B, ...), for its size, device and type.</param>
    /// <returns>A differentiable function that does the same to any pictures of as many samples; it must not write to its argument.</returns>
    protected abstract Func<Tensor, Tensor> Draw(Tensor samples);

    private sealed class OfModule(Module<Tensor, Tensor> module) : Augmentation, IStateful
    {
        public void VisitState(StateVisitor visitor)
        {
            visitor.Group("buffers", buffers =>
            {
                foreach (var (name, buffer) in module.named_buffers())
                    buffers.Tensor(name, buffer);
            });
            visitor.Part("module", module);
        }

        public override IReadOnlyList<Tensor> Apply(params IReadOnlyList<Tensor> samples) => samples is [var only]
            ? [module.call(only)]
            : module.call(cat([.. samples], 1)).split([.. samples.Select(each => each.shape[1])], 1);

        protected override Func<Tensor, Tensor> Draw(Tensor samples) => module.call;
    }
}
