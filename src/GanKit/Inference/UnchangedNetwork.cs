using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>Calls a network in a mode without a change to it, on the thread that made this, until it is disposed.</summary>
internal sealed class UnchangedNetwork : IDisposable
{
    private readonly Module<Tensor, Tensor>? _copy;
    private readonly IDisposable? _told;

    /// <exception cref="InvalidOperationException">The network would have to be changed.</exception>
    internal UnchangedNetwork(Module<Tensor, Tensor> network, InferenceMode mode)
    {
        var modes = mode.Of(network);
        if (modes.FindUntold() is not { } untold)
        {
            (Network, _told) = (network, modes.Tell());
        }
        else if (network is IRebuildable own)
        {
            // With layers of a user's, such as a Norm of his own.
            Network = _copy = NetworkCopy.Of(network, () => (Module<Tensor, Tensor>)own.Rebuild(), mode);
        }
        else
        {
            throw Refusal(network, untold, mode);
        }
    }

    /// <summary>What to call.</summary>
    internal Module<Tensor, Tensor> Network { get; }

    public void Dispose()
    {
        _told?.Dispose();
        _copy?.Dispose();
    }

    private static InvalidOperationException Refusal(nn.Module network, nn.Module untold, InferenceMode mode)
    {
        var (type, layer) = (network.GetType().Name, untold.GetType().Name);
        var what = ReferenceEquals(network, untold) ? type : $"{type}'s {layer}";
        var problem = untold.training && untold is NormBase && mode != InferenceMode.RunningStatistics && mode != InferenceMode.Own
            ? "would write to its running statistics"
            : $"is in {(untold.training ? "training" : "evaluation")} mode";
        return new InvalidOperationException(
            $"{type} is not one of GanKit's networks and is called as it is, but {what} {problem}, which does not go with "
            + $"InferenceMode.{mode}. Call {(untold.training ? "eval()" : "train()")} on the network first and leave it so "
            + $"while it is used, or use a copy, which runs in any mode: network.ForInference(() => new {type}(...), "
            + $"new() {{ Mode = InferenceMode.{mode} }}).");
    }
}
