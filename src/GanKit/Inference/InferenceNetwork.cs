using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// A trained network for inference alone. It computes the same results without the work that only training needs;
/// <see cref="ForInferenceExtensions"/> makes it.
/// </summary>
/// <remarks>
/// <para>It is a separate network, with the weights, running statistics and mode that the original had when <c>ForInference</c> was called:
/// the original may be trained, saved, moved, shared or disposed at any time. After more training, call <c>ForInference</c> again. It takes
/// the memory of the weights once more.</para>
/// <para>Any number of threads may call it at once. Calls that run while it is disposed complete.</para>
/// <para>In GanKit's networks, a batch normalisation in evaluation mode becomes part of the convolution or fully connected
/// layer that feeds it: with scale <c>s = gamma / sqrt(variance + eps)</c>, <c>W' = s W</c> and
/// <c>b' = s (b - mean) + beta</c>, worked out in float64. In all networks, the weights of GanKit's spectral normalisation
/// are divided once and for all, and weights and maps lie in memory channels last. Calls run without gradients.</para>
/// <para>A network that a factory makes, of yours or of GanKit's, runs its own code, layer by layer, with the hooks that the
/// factory registers. Hooks of the original stay with it, and without a factory there are none. Constants that a network
/// neither registers nor makes anew are the factory's to set, and so are buffers that are not saved
/// (<c>persistent: false</c>).</para>
/// <para>Making it draws random numbers and puts libtorch's random state back. That belongs to the process: where another
/// thread draws meanwhile, it may draw some of its numbers again.</para>
/// </remarks>
public sealed class InferenceNetwork : Module<Tensor, Tensor>, IImageTranslator
{
    private readonly PreparedNetwork<Module<Tensor, Tensor>> _prepared;

    internal InferenceNetwork(
        Module<Tensor, Tensor> network, Func<Module<Tensor, Tensor>>? factory, InferenceOptions? options)
        : base(NativeBackend.For(nameof(InferenceNetwork)))
    {
        _prepared = new(network, factory, options);
        var itself = network as IImageTranslator;
        (PictureSizes, Range) = (itself?.PictureSizes ?? new(), itself?.Range ?? ValueRange.Symmetric);
    }

    /// <summary>The sizes that the network takes: all, where it does not say.</summary>
    public PictureSizes PictureSizes { get; }

    /// <summary>The network's value of black: -1, where it does not say.</summary>
    public ValueRange Range { get; }

    /// <summary>
    /// None of its own: it runs in <see cref="InferenceOptions.Mode"/> as it was when this was made; <c>train()</c> and <c>eval()</c>
    /// change nothing.
    /// </summary>
    public InferenceMode InferenceMode => InferenceMode.Current;

    /// <summary>The modes that it runs in, which come to the same.</summary>
    internal IReadOnlyList<InferenceMode> Modes => _prepared.Modes;

    /// <summary>The copy that computes.</summary>
    internal nn.Module Copy => _prepared.Copy;

    /// <summary>Runs the network.</summary>
    /// <param name="input">
    /// The network's input, (B, ...), of any floating-point type and on any device: it is brought to the network's.
    /// </param>
    /// <returns>The network's output, of its type, on its device, and contiguous. The caller owns it.</returns>
    /// <exception cref="ArgumentException">The input is empty, or the network does not take its shape.</exception>
    /// <exception cref="ObjectDisposedException">This is disposed.</exception>
    /// <exception cref="PlatformNotSupportedException">There is no lower precision with the libtorch in use.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return _prepared.Run([input], static (network, inputs) => network.call(inputs[0]));
    }

    /// <summary>Frees what was copied, once calls on other threads have ended. The original stays alive.</summary>
    /// <param name="disposing">Whether it is called by <c>Dispose</c>.</param>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _prepared.Dispose();
        base.Dispose(disposing);
    }
}
