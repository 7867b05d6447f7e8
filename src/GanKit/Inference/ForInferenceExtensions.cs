using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>Runs trained networks as fast as they can be run without changing them, from any number of threads.</summary>
public static class ForInferenceExtensions
{
    /// <summary>
    /// A copy of one of GanKit's networks for inference alone: the same results, computed faster. See
    /// <see cref="InferenceNetwork"/>.
    /// </summary>
    /// <param name="network">The network; it stays as it is, and its owner's.</param>
    /// <param name="options">How to run it; the defaults of <see cref="InferenceOptions"/> if not given.</param>
    /// <returns>A network to call or to <c>Translate</c> with, which the caller owns.</returns>
    /// <exception cref="ArgumentException">
    /// The network is not GanKit's and so needs a factory, or is a <c>ProjectionDiscriminator</c>, with a body that may be a user's.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is below 1.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed already.</exception>
    /// <example>
    /// <code>
    /// using var fast = generator.ForInference(new() { Precision = Precision.BFloat16, BatchSize = 64 });
    /// using var images = fast.call(latents);
    /// </code>
    /// </example>
    public static InferenceNetwork ForInference(this Module<Tensor, Tensor> network, InferenceOptions? options = null) =>
        new(network, factory: null, options);

    /// <summary>
    /// A copy of a network of your own for inference alone: the same results, computed faster. See
    /// <see cref="InferenceNetwork"/>.
    /// </summary>
    /// <param name="network">The network; it stays as it is, and its owner's.</param>
    /// <param name="factory">
    /// Makes a network of the same form, as the other was made; its weights are then overwritten. It belongs to the result.
    /// </param>
    /// <param name="options">How to run it; the defaults of <see cref="InferenceOptions"/> if not given.</param>
    /// <returns>A network to call or to <c>Translate</c> with, which the caller owns.</returns>
    /// <exception cref="ArgumentException">
    /// The factory's network has other weights or buffers, in name or size; or the factory gave no network, or the network itself.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is below 1.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed already.</exception>
    /// <example><code>using var fast = generator.ForInference(() => new MyGenerator(width: 64));</code></example>
    public static InferenceNetwork ForInference(
        this Module<Tensor, Tensor> network, Func<Module<Tensor, Tensor>> factory, InferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return new(network, factory, options);
    }

    /// <inheritdoc cref="ForInference(Module{Tensor, Tensor}, InferenceOptions?)"/>
    /// <summary>
    /// A copy of one of GanKit's networks of two inputs for inference alone: the same results, computed faster. See
    /// <see cref="ConditionalInferenceNetwork"/>.
    /// </summary>
    public static ConditionalInferenceNetwork ForInference(
        this Module<Tensor, Tensor, Tensor> network, InferenceOptions? options = null) =>
        new(network, factory: null, options);

    /// <inheritdoc cref="ForInference(Module{Tensor, Tensor}, Func{Module{Tensor, Tensor}}, InferenceOptions?)"/>
    /// <summary>
    /// A copy of a network of your own of two inputs for inference alone: the same results, computed faster. See
    /// <see cref="ConditionalInferenceNetwork"/>.
    /// </summary>
    public static ConditionalInferenceNetwork ForInference(
        this Module<Tensor, Tensor, Tensor> network, Func<Module<Tensor, Tensor, Tensor>> factory,
        InferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return new(network, factory, options);
    }
}
