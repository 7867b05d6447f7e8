using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>
/// A trained network for those who only use it. It computes what the network computes, and leaves out what only training
/// needs; <see cref="ForInferenceExtensions"/> makes it of any network.
/// </summary>
/// <remarks>
/// <para>A batch normalisation in evaluation mode is a product and a sum for each channel. Where it normalises what
/// comes straight from a convolution or a fully connected layer, it becomes part of that layer's weights: with scale
/// <c>s = gamma / sqrt(variance + eps)</c>, <c>W' = s W</c> and <c>b' = s (b - mean) + beta</c>, worked out in float64.
/// The weights of spectral normalisation are divided once and for all. Instance normalisation is computed by a faster
/// kernel. Weights and maps lie in memory channels last, and calls run in libtorch's inference mode, which keeps no
/// account for gradients.</para>
/// <para>Which layer feeds which normalisation is looked at, not guessed: the first call sends one or two of its
/// samples through the network twice, and folds only where nobody else sees what the layer makes. Should a later call
/// find it otherwise, it computes as the network does. So any network can be given. What is called as <c>forward</c>
/// instead of <c>call</c> can't be seen, and is left as it is.</para>
/// <para>The network itself is not changed: weights, running statistics, modes and state keys are what they were, and
/// it can be trained, saved, called and disposed beside this. <c>ForInference</c> copies weights, running statistics
/// and the mode: what the network learns afterwards, this does not know. Make another one then, which costs no more
/// than two calls. Layers whose weights libtorch keeps to itself can't be copied: <c>EmbeddingBag</c>, recurrent
/// layers, <c>MultiheadAttention</c>, transformers and modules of TorchScript follow the network, which has to outlive
/// this if it has any. So do numbers that a network of your own keeps without registering them, and an <c>Embedding</c>
/// does not limit norms here (<c>max_norm</c>).</para>
/// <para>What comes out is an ordinary tensor that can take part in training. A call computes by the network's own
/// code, with the copies in the places of its weights: nothing else may run, train or dispose the network during a
/// call. Whatever was made of one network, or of parts of it, computes for one thread at a time, and throws where two
/// try.</para>
/// </remarks>
public sealed class InferenceNetwork : Module<Tensor, Tensor>, IImageTranslator
{
    private readonly PreparedNetwork _prepared;
    private readonly Module<Tensor, Tensor> _network;

    internal InferenceNetwork(Module<Tensor, Tensor> network, InferenceOptions options)
        : base(NativeBackend.For(nameof(InferenceNetwork)))
    {
        ArgumentNullException.ThrowIfNull(network);
        (_network, _prepared) = (network, new(network, options));
    }

    /// <summary>The sizes that the network takes: all, where it does not say.</summary>
    public PictureSizes PictureSizes => (_network as IImageTranslator)?.PictureSizes ?? new();

    /// <summary>The network's value of black: -1, where it does not say.</summary>
    public double Black => (_network as IImageTranslator)?.Black ?? -1;

    /// <summary>
    /// None of its own: it runs in <see cref="InferenceOptions.Mode"/> as it was when this was made, whatever mode
    /// somebody puts it in.
    /// </summary>
    public InferenceMode InferenceMode => InferenceMode.Current;

    /// <summary>Runs the network.</summary>
    /// <param name="input">
    /// What the network takes, (B, ...), of any floating-point type and on any device: it is brought to the network's.
    /// </param>
    /// <returns>What the network gives, of its type, on its device, and contiguous. The caller owns it.</returns>
    /// <exception cref="ArgumentException">The input is empty, or the network does not take its shape.</exception>
    /// <exception cref="InvalidOperationException">
    /// The network lost a weight that it had when this was made, or was disposed with layers whose weights can't be copied;
    /// or another call of what was made of it, or of a part of it, has not ended.
    /// </exception>
    /// <exception cref="ObjectDisposedException">This is disposed.</exception>
    /// <exception cref="PlatformNotSupportedException">There is no lower precision with the libtorch in use.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return _prepared.Run([input], inputs => _network.call(inputs[0]));
    }

    /// <summary>Frees what was copied and prepared. The network stays alive.</summary>
    /// <param name="disposing">Whether it is called by <c>Dispose</c>.</param>
    /// <exception cref="InvalidOperationException">A call has not ended.</exception>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _prepared.Dispose();
        base.Dispose(disposing);
    }
}
