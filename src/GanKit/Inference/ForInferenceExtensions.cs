using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>Runs trained networks as fast as they can be run without changing them.</summary>
public static class ForInferenceExtensions
{
    /// <summary>
    /// The network for those who only use it: what it computes, computed faster. See <see cref="InferenceNetwork"/>.
    /// </summary>
    /// <remarks>
    /// Weights are copied here and now: the network may be trained on, or disposed, without a change to what this gives.
    /// </remarks>
    /// <param name="network">Any network; it stays as it is, and its owner's.</param>
    /// <param name="options">How to run it; the defaults of <see cref="InferenceOptions"/> if not given.</param>
    /// <returns>A network to call or to <c>Translate</c> with, which the caller owns.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is below 1.</exception>
    /// <exception cref="InvalidOperationException">
    /// What was made of it before is computing, on another thread or in the call that this is part of.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The network is disposed already.</exception>
    /// <exception cref="PlatformNotSupportedException">A version of TorchSharp that does not fit this GanKit.</exception>
    /// <example>
    /// <code>
    /// using var fast = generator.ForInference(new() { Precision = Precision.BFloat16, BatchSize = 64 });
    /// using var images = fast.call(latents);
    /// </code>
    /// </example>
    public static InferenceNetwork ForInference(this Module<Tensor, Tensor> network, InferenceOptions? options = null) =>
        new(network, options ?? new());

    /// <inheritdoc cref="ForInference(Module{Tensor, Tensor}, InferenceOptions?)"/>
    /// <summary>
    /// The network of two inputs for those who only use it: what it computes, computed faster. See
    /// <see cref="ConditionalInferenceNetwork"/>.
    /// </summary>
    public static ConditionalInferenceNetwork ForInference(
        this Module<Tensor, Tensor, Tensor> network, InferenceOptions? options = null) => new(network, options ?? new());
}
