using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>Calls a network in a mode without a change to it, on the thread that made this, until it is disposed.</summary>
internal sealed class NetworkRun : IDisposable
{
    private readonly Module<Tensor, Tensor>? _copy;
    private readonly IDisposable? _modes;

    /// <exception cref="InvalidOperationException">The network would have to be changed.</exception>
    internal NetworkRun(Module<Tensor, Tensor> network, InferenceMode mode)
    {
        NetworkCopy.RequireAlive(network, "Translate needs them.");
        if (network is InferenceNetwork { Modes: var prepared } && !prepared.Contains(mode) && mode != InferenceMode.Own)
        {
            throw new InvalidOperationException(
                $"The network was prepared for InferenceMode.{string.Join(" and ", prepared)}, and can't run in {mode}: give "
                + "the mode to ForInference, in its options, and none to Translate.");
        }

        var modes = mode.Of(network);
        if (modes.FindFixed() is not { } layer)
        {
            (Network, _modes) = (network, modes.Use());
        }
        else if (network is IRebuildable own)
        {
            // With layers of a user, such as a Norm.
            Network = _copy = NetworkCopy.Of(
                network, () => FirstWeights.Skip(() => (Module<Tensor, Tensor>)own.Rebuild()), mode, keepsRandomState: false);
        }
        else
        {
            throw Refusal(network, layer, modes[layer], mode);
        }
    }

    /// <summary>The network to call.</summary>
    internal Module<Tensor, Tensor> Network { get; }

    public void Dispose()
    {
        _modes?.Dispose();
        _copy?.Dispose();
    }

    private static InvalidOperationException Refusal(nn.Module network, nn.Module layer, bool trains, InferenceMode mode)
    {
        var type = network.GetType().Name;
        var what = ReferenceEquals(network, layer) ? type : $"{type}'s {layer.GetType().Name}";
        var options = mode == InferenceMode.Own ? "" : $", new() {{ Mode = InferenceMode.{mode} }}";
        var copy = $"network.ForInference(() => new {type}(...){options})";
        return new InvalidOperationException(
            $"{type} is not one of GanKit's networks and is called as it is, with nothing written to it. " + (trains
                ? $"InferenceMode.{mode} has {what} run as in training, where it may learn: use a copy, {copy}."
                : $"InferenceMode.{mode} has {what} run in evaluation mode, but it is in training mode: call eval() on the "
                    + $"network first and leave it so while it is used, or use a copy, {copy}."));
    }
}
