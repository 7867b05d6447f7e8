using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit.Networks;

/// <summary>
/// How a trained network runs: with which statistics its batch normalisations work, and whether its dropout draws.
/// </summary>
/// <remarks>
/// A network that needs another mode than evaluation keeps it with itself (<see cref="IHasInferenceMode"/>): <see
/// cref="Own"/> is what <c>Translate</c>, <c>ForInference</c> and a trainer's <c>UseForInference</c> take by default.
/// Immutable and thread safe.
/// </remarks>
public sealed class InferenceMode
{
    private readonly string _name;
    private readonly Func<nn.Module, bool?> _trains; // nothing: as it is

    private InferenceMode(string name, Func<nn.Module, bool?> trains) => (_name, _trains) = (name, trains);

    /// <summary>
    /// Evaluation mode, but for a network that has a mode of its own (<see cref="IHasInferenceMode"/>), or parts of it
    /// that have one: they run in that.
    /// </summary>
    public static InferenceMode Own { get; } = new(nameof(Own), _ => false);

    /// <summary>
    /// Evaluation mode, <c>eval()</c>: the running averages of training, no dropout. A picture does not depend on what
    /// is beside it in the batch.
    /// </summary>
    public static InferenceMode RunningStatistics { get; } = new(nameof(RunningStatistics), _ => false);

    /// <summary>
    /// Batch normalisation takes the statistics of the images at hand, which with one picture makes it instance
    /// normalisation; no dropout, so that the same input gives the same output.
    /// </summary>
    public static InferenceMode BatchStatistics { get; } = new(nameof(BatchStatistics), layer => layer is NormBase);

    /// <summary>
    /// Training mode, <c>train()</c>: the statistics of the images at hand, and dropout draws, from the default random
    /// source. pix2pix's published behaviour: Isola et al. 2017, arXiv:1611.07004, section 3.3.
    /// </summary>
    public static InferenceMode AsTrained { get; } = new(nameof(AsTrained), _ => true);

    /// <summary>
    /// Whatever mode <c>train()</c> or <c>eval()</c> put the network in; as a part's own mode, that of what it is part of.
    /// </summary>
    public static InferenceMode Current { get; } = new(nameof(Current), _ => null);

    internal static IReadOnlyList<InferenceMode> All { get; } = [Own, RunningStatistics, BatchStatistics, AsTrained, Current];

    /// <summary>The mode's name.</summary>
    /// <returns>For example <c>AsTrained</c>.</returns>
    public override string ToString() => _name;

    /// <summary>How the network, and each module within, is to run. Nothing is changed.</summary>
    internal NetworkModes Of(nn.Module network)
    {
        var modes = new NetworkModes(network);
        if (this != Own || ModeOf(network) is null)
            modes.Change(network, _trains);
        if (this == Own)
        {
            foreach (var part in network.WithModules()) // the outermost first: what is inside may differ from it
            {
                if (ModeOf(part) is { } own)
                    modes.Change(part, own._trains);
            }
        }

        return modes;

        static InferenceMode? ModeOf(nn.Module module) =>
            module is IHasInferenceMode { InferenceMode: var own } && own != Own ? own : null;
    }
}
