using static TorchSharp.torch;

namespace GanKit;

/// <summary>A trainer without the types of its networks, as callbacks get it.</summary>
public interface ITrainer : IStateful
{
    /// <summary>The generator being trained.</summary>
    nn.Module Generator { get; }

    /// <summary>The discriminator being trained.</summary>
    nn.Module Discriminator { get; }

    /// <summary>The device that training runs on.</summary>
    Device Device { get; }

    /// <summary>How it trains.</summary>
    TrainerOptions Options { get; }

    /// <summary>
    /// The learning rates of the last step, or those to begin with: <c>generator</c> and <c>discriminator</c>; of an optimiser with
    /// several groups of parameters <c>generator/0</c>, <c>generator/1</c> and so on.
    /// </summary>
    IReadOnlyDictionary<string, double> LearningRates { get; }

    /// <summary>Steps done since the trainer was made, or since the run began whose state was loaded.</summary>
    long StepCount { get; }

    /// <summary>
    /// The last step; null before the first. In a callback's <see cref="TrainingCallback.OnFitEnd"/> also the step after which
    /// training diverged, which no other method of a callback receives.
    /// </summary>
    StepResult? LastStep => null;

    /// <summary>
    /// Likely mistakes found so far, each once: a discriminator that ends in a sigmoid before a
    /// loss that takes logits, data of 0 to 255, a loss term without a gradient, a discriminator's loss of exactly 0 for a hundred
    /// steps. <see cref="System.Diagnostics.Trace"/> gets them too, and <c>ConsoleProgress</c> prints them.
    /// </summary>
    IReadOnlyList<string> Warnings => [];

    /// <summary>
    /// Asks the run of <c>Fit</c> or <c>Steps</c> that is going on to end after the step that is running; it then returns as after
    /// its last step. An epoch that it cuts short counts as none. Any thread may ask; without a run it means nothing.
    /// </summary>
    void RequestStop();

    /// <summary>
    /// A factor on all learning rates beside that of <see cref="TrainerOptions.Schedule"/>, above 0; 1. It holds from the next step on, and
    /// belongs to the trainer's state.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite.</exception>
    /// <exception cref="NotSupportedException">This trainer has no such factor.</exception>
    double LearningRateFactor
    {
        get => 1;
        set => throw new NotSupportedException($"{GetType().Name} does not change its learning rates.");
    }

    /// <summary>Adds to <see cref="Warnings"/>, unless it is there already.</summary>
    /// <param name="warning">A sentence or two.</param>
    void Warn(string warning)
    {
    }

    /// <summary>Copies the training batch of the last step of the <c>Fit</c> or <c>Steps</c> that is going on, or before the first the next one.</summary>
    /// <returns>A batch that shares no memory with the data's; the caller's to dispose.</returns>
    /// <exception cref="InvalidOperationException">No Fit or Steps is running that has one.</exception>
    /// <exception cref="NotSupportedException">This trainer does not offer it.</exception>
    Batch CopyBatch() => throw new NotSupportedException($"{GetType().Name} does not show its batches.");

    /// <summary>
    /// Runs the discriminator on real samples and on samples generated for them, as a step would, and changes nothing: weights, buffers, the
    /// objective's state and the random states stay as they are.
    /// Ask between two steps; it reads nothing back from the device.
    /// </summary>
    /// <param name="batches">
    /// Any batches of the kind that it trains on, such as held-out data; they stay yours. Each has latents of its own, the same at each call until
    /// the next step.
    /// </param>
    /// <returns>
    /// For each batch in turn, one for each use of <see cref="AdversarialTerms"/> in the discriminator's loss: one, or two of CycleGAN's; none of
    /// an objective that does without. The caller disposes them.
    /// </returns>
    /// <exception cref="InvalidOperationException">A part of a step calls this, or it is called within <see cref="UseForInference"/>.</exception>
    /// <exception cref="ArgumentException">A batch does not fit the networks.</exception>
    /// <exception cref="NotSupportedException">This trainer does not offer it.</exception>
    IReadOnlyList<DiscriminatorLogits> Discriminate(params IReadOnlyList<Batch> batches) =>
        throw new NotSupportedException($"{GetType().Name} does not offer Discriminate.");

    /// <summary>Generates samples in the generator's own inference mode, without gradients.</summary>
    /// <remarks>
    /// It runs in float32, whatever training runs in; in a scope of <see cref="Precision.Autocast"/> it runs in that
    /// precision. Called while another thread trains, it waits for the step that is running.
    /// </remarks>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="averaged">
    /// Use the averaged generator where the trainer keeps one; <see langword="false"/> for the raw one.
    /// </param>
    /// <param name="seed">
    /// A seed for the latents, so that the same ones are drawn at each call, the first the same whatever the count is; the
    /// running random state is then left alone. By default they are drawn from the running state.
    /// </param>
    /// <returns>
    /// A tensor (count, ...) on <see cref="Device"/>, of no fewer than 32 bits a number, the caller's to dispose.
    /// </returns>
    /// <param name="label">The class that all of them shall be of, from 0, for a generator with a class as its condition.</param>
    /// <exception cref="NotSupportedException">The objective's generator needs more than random numbers and a label.</exception>
    /// <exception cref="ArgumentException">The generator takes no label, or has no such class.</exception>
    Tensor Sample(long count, bool averaged = true, long? seed = null, long? label = null);

    /// <summary>Generates a sample for each of the conditions given, else as the other.</summary>
    /// <param name="condition">Labels (B), attributes (B, A) or other conditions of the generator, on any device.</param>
    /// <param name="averaged">Use the averaged generator where the trainer keeps one.</param>
    /// <param name="seed">A seed for the latents.</param>
    /// <returns>A tensor (B, ...) on <see cref="Device"/>, the caller's to dispose.</returns>
    /// <exception cref="NotSupportedException">The objective can't sample from random numbers and conditions.</exception>
    /// <exception cref="ArgumentException">The generator takes no conditions, or not these.</exception>
    /// <example><code>trainer.Sample(tensor(new[,] { { 1f, 0 }, { 0f, 1 } })) // with each of two attributes</code></example>
    Tensor Sample(Tensor condition, bool averaged = true, long? seed = null);

    /// <summary>
    /// Draws the pictures that show what has been learnt: the objective's rows, or samples. Latents, and what a generator is given,
    /// are the same each time. The running random state of the processor is left alone, and so is a CUDA device's where libtorch exports
    /// its source.
    /// </summary>
    /// <param name="options">How many, of what; by default 64 samples, 8 of each class, or of the first training batch.</param>
    /// <returns>The rows, in no fewer than 32 bits a number, on <see cref="Device"/>; the caller's to dispose.</returns>
    /// <exception cref="NotSupportedException">The objective is neither an <see cref="IPreviewer{TG}"/> nor an <see cref="ISampler{TG}"/>.
    /// </exception>
    /// <exception cref="InvalidOperationException">It needs a batch, and none is given outside of Fit and Steps.</exception>
    Preview Preview(PreviewOptions? options = null);

    /// <summary>
    /// Makes the generator ready to be run or saved, until the result is disposed: its averaged weights, its inference
    /// mode, no gradients. Do not train meanwhile.
    /// </summary>
    /// <remarks>
    /// Several may be open, and end in any order; the innermost decides. Called while another thread trains, it waits for the
    /// step that is running, and the next step there waits until the result is disposed.
    /// </remarks>
    /// <param name="averaged">
    /// Use the averaged weights where the trainer keeps them; <see langword="false"/> for the raw ones.
    /// </param>
    /// <param name="mode">
    /// The mode it runs in; <see cref="InferenceMode.Own"/> by default, which is evaluation unless the generator, or a part
    /// of it, knows of another.
    /// </param>
    /// <returns>
    /// Dispose it, on the same thread, to put weights, buffers, gradient mode and the mode of each module back as they were.
    /// </returns>
    /// <exception cref="InvalidOperationException">
    /// It is called by a part of a step; or where another thread that this one was started from, or started, uses the generator
    /// with other weights or in another mode.
    /// </exception>
    /// <example><code>using (trainer.UseForInference()) pictures = generator.call(latents);</code></example>
    IDisposable UseForInference(bool averaged = true, InferenceMode? mode = null);
}
