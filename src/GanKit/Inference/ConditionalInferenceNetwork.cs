using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// A trained network of two inputs for inference alone: <see cref="InferenceNetwork"/> with a condition.
/// </summary>
/// <remarks><inheritdoc cref="InferenceNetwork" path="/remarks"/></remarks>
public sealed class ConditionalInferenceNetwork : Module<Tensor, Tensor, Tensor>
{
    private readonly PreparedNetwork<Module<Tensor, Tensor, Tensor>> _prepared;

    internal ConditionalInferenceNetwork(
        Module<Tensor, Tensor, Tensor> network, Func<Module<Tensor, Tensor, Tensor>>? factory, InferenceOptions? options)
        : base(NativeBackend.For(nameof(ConditionalInferenceNetwork))) => _prepared = new(network, factory, options);

    /// <summary>The copy that computes.</summary>
    internal nn.Module Copy => _prepared.Copy;

    /// <summary>Runs the network.</summary>
    /// <param name="input">
    /// The network's first input, (B, ...), of any floating-point type and on any device: it is brought to the
    /// network's.
    /// </param>
    /// <param name="condition"> Its second input, (B, ...): labels, or attributes, which are brought to its type.
    /// </param>
    /// <returns>The network's output, of its type, on its device, and contiguous. The caller owns it.</returns>
    /// <exception cref="ArgumentException">
    /// An input is empty, there is not one condition for each sample, or the network does not take their shapes.
    /// </exception>
    /// <exception cref="ObjectDisposedException">This is disposed.</exception>
    /// <exception cref="PlatformNotSupportedException">There is no lower precision with the libtorch in use.</exception>
    public override Tensor forward(Tensor input, Tensor condition)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(condition);
        return _prepared.Run([input, condition], static (network, inputs) => network.call(inputs[0], inputs[1]));
    }

    /// <inheritdoc cref="InferenceNetwork.Dispose(bool)"/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _prepared.Dispose();
        base.Dispose(disposing);
    }
}
