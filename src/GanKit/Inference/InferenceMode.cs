using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// How a trained network runs: with which statistics its batch normalisations work, and whether its dropout draws.
/// None of the modes changes the network.
/// </summary>
/// <remarks>
/// A network that needs another mode than evaluation keeps it with itself (<see cref="IHasInferenceMode"/>), so that
/// whoever uses it need not know: <see cref="Own"/> is what <c>Translate</c> and a trainer's <c>UseForInference</c> take.
/// <code>
/// using (InferenceMode.BatchStatistics.Apply(generator))
/// {
///     using var picture = generator.call(input);
/// }
/// </code>
/// Immutable and thread safe; a network under a mode is for one thread.
/// </remarks>
public sealed class InferenceMode
{
    private readonly string _name;
    private readonly Action<nn.Module> _set;

    private InferenceMode(string name, Action<nn.Module> set) => (_name, _set) = (name, set);

    /// <summary>
    /// Evaluation mode, but for a network that has a mode of its own (<see cref="IHasInferenceMode"/>), or parts of it
    /// that have one: they run in that.
    /// </summary>
    public static InferenceMode Own { get; } = new(nameof(Own), SetOwn);

    /// <summary>
    /// Evaluation mode, <c>eval()</c>: the running averages of training, no dropout. A picture does not depend on what
    /// is beside it in the batch.
    /// </summary>
    public static InferenceMode RunningStatistics { get; } = new(nameof(RunningStatistics), network => network.eval());

    /// <summary>
    /// Batch normalisation takes the statistics of the images at hand, which with one picture makes it instance
    /// normalisation; no dropout, so that the same input gives the same output.
    /// </summary>
    public static InferenceMode BatchStatistics { get; } = new(nameof(BatchStatistics), network =>
    {
        network.eval();
        foreach (var norm in network.WithModules().Where(module => module is NormBase))
            norm.train();
    });

    /// <summary>
    /// Training mode, <c>train()</c>: the statistics of the images at hand, and dropout draws, from the default random
    /// source. pix2pix's published behaviour: Isola et al. 2017, arXiv:1611.07004, section 3.3.
    /// </summary>
    public static InferenceMode AsTrained { get; } = new(nameof(AsTrained), network => network.train());

    /// <summary>
    /// Whatever mode <c>train()</c> or <c>eval()</c> put the network in; as a part's own mode, that of what it is part of.
    /// </summary>
    public static InferenceMode Current { get; } = new(nameof(Current), _ => { });

    /// <summary>Puts a network in this mode until the result is disposed.</summary>
    /// <param name="network">The network, of any kind.</param>
    /// <returns>
    /// Dispose it to give every layer its former mode back, and every buffer (running statistics, power iterations) its
    /// former values.
    /// </returns>
    public IDisposable Apply(nn.Module network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var former = new FormerState(network);
        _set(network);
        return former;
    }

    /// <summary>The mode's name.</summary>
    /// <returns>For example <c>AsTrained</c>.</returns>
    public override string ToString() => _name;

    private static void SetOwn(nn.Module network)
    {
        (network is IHasInferenceMode { InferenceMode: var own } && own != Own ? own : RunningStatistics)._set(network);
        foreach (var part in network.modules()) // the outermost first: what is inside may differ from it
        {
            if (part is IHasInferenceMode { InferenceMode: var its } && its != Own)
                its._set(part);
        }
    }

    private sealed class FormerState : IDisposable
    {
        private readonly bool _copiesBack;
        private (nn.Module Module, bool Training)[] _modes;
        private (Tensor Buffer, Tensor Other)[] _buffers;

        internal FormerState(nn.Module network)
        {
            using var noGrad = no_grad();
            using var ordinary = inference_mode(false); // the network may run outside of it
            _modes = [.. network.WithModules().Select(module => (module, module.training))];
            _copiesBack = !NativeHandles.AreKnown || network.WithModules().Any(module => module.IsScript());
            // The tensors themselves stay: no other may take their place, or an average of them would be lost. But
            // meanwhile they stand for copies, since a graph that waits for its backward pass may not find its statistics
            // written to, not even with the same.
            _buffers = [.. network.buffers()
                .Concat(network.WithModules().SelectMany(module => module.UnsavedBuffers()).Select(entry => entry.Buffer))
                .Distinct(ReferenceEqualityComparer.Instance).Cast<Tensor>()
                .Select(buffer => (buffer, buffer.KeptCopy()))];
            Exchange();
        }

        public void Dispose()
        {
            using var noGrad = no_grad();
            foreach (var (module, training) in _modes) // a module's train() would overrule its children's
                module.train(training);
            Exchange();
            foreach (var (buffer, other) in _buffers)
            {
                if (_copiesBack)
                    buffer.copy_(other);
                other.Dispose();
            }

            (_modes, _buffers) = ([], []);
        }

        // A compiled network reads its buffers where TorchSharp doesn't see it, and they can't be exchanged in every
        // version.
        private void Exchange()
        {
            foreach (var (buffer, other) in _copiesBack ? [] : _buffers)
            {
                if (!buffer.IsInvalid)
                    NativeHandles.Exchange(buffer, other);
            }
        }
    }
}
