using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Watches the normalisations of both networks during one step, and refuses one that is given a single value to normalise. It
/// costs hooks and a copy of the buffers, so it is for the first step on batches of a shape.
/// </summary>
internal sealed class NormWatch : IDisposable
{
    private readonly string _batch;
    private readonly bool _ofOne;
    private readonly (string Role, nn.Module Network)[] _networks;
    private readonly List<Action> _endings = [];
    private readonly List<(nn.Module Layer, NormBase Norm, Tensor FormerVariance)> _learning = [];
    private readonly Dictionary<(string Role, string Name), Tensor> _former = [];

    /// <summary>Begins to watch.</summary>
    /// <param name="batch">The networks' batch, in words.</param>
    /// <param name="ofOne">Whether it, or a part of it, is one sample.</param>
    /// <param name="networks">Both networks.</param>
    internal NormWatch(string batch, bool ofOne, params (string Role, nn.Module Network)[] networks)
    {
        (_batch, _ofOne, _networks) = (batch, ofOne, networks);
        foreach (var (role, network) in networks)
        {
            foreach (var (name, buffer) in network.named_buffers())
                _former[(role, name)] = buffer.KeptCopy();
            foreach (var (name, module) in network.named_modules())
            {
                if (module is NormBase or GroupNorm)
                    Watch((nn.Module<Tensor, Tensor>)module, _former.GetValueOrDefault((role, $"{name}.running_var")));
            }
        }
    }

    /// <summary>Whether there is something to watch, or to put back. TorchScript has PyTorch's checks compiled in.</summary>
    internal static bool IsFor(nn.Module network) => !network.IsScript()
        && (network.buffers().Any() || network.WithModules().Any(module => module is NormBase or GroupNorm));

    /// <summary>Called before an update: a layer that is run by <c>forward</c>, and not by <c>call</c>, runs no hook.</summary>
    /// <exception cref="ArgumentException">A running variance became NaN of a mean that is a number.</exception>
    internal void RequireVariances()
    {
        var learning = _learning.FindAll(entry => entry.Norm.training && entry.Norm.running_var is { } variance
            && variance.device_type != TorchSharp.DeviceType.META);
        if (learning.Count == 0)
            return;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var ruined = stack(learning.Select(entry => entry.Norm.running_var!.isnan().any()
            & entry.FormerVariance.isnan().any().logical_not() & entry.Norm.running_mean!.isnan().any().logical_not()));
        var index = Array.IndexOf(ruined.cpu().data<bool>().ToArray(), true);
        if (index >= 0)
            throw Refusal(learning[index].Layer, NormValues.OfChannel, "its running_var became NaN");
    }

    /// <summary>The trainer's exception for a layer that refused.</summary>
    internal static ArgumentException Refusal(
        nn.Module layer, string needed, string given, string batch, params (string Role, nn.Module Network)[] networks)
    {
        var name = networks.SelectMany(entry => entry.Network.named_modules()
            .Where(named => ReferenceEquals(named.module, layer)).Select(named => $"The {entry.Role}'s layer '{named.name}'"))
            .FirstOrDefault("A layer");
        return new ArgumentException(
            $"{name} ({layer.GetType().Name}) needs {needed} to take a variance of, but {given} in a step on {batch}. Nothing was "
            + "changed. A loader's last batch may be smaller than the others: leave it out (dropLast: true) or choose another "
            + "batch size. Maps of one pixel need larger pictures, or fewer layers that halve them.", nameof(batch));
    }

    /// <summary>Puts all buffers back.</summary>
    internal void Restore()
    {
        using var noGrad = no_grad();
        foreach (var (role, network) in _networks)
        {
            foreach (var (name, buffer) in network.named_buffers())
            {
                if (_former.TryGetValue((role, name), out var former))
                    buffer.copy_(former);
            }
        }
    }

    public void Dispose()
    {
        _endings.ForEach(end => end());
        foreach (var former in _former.Values)
            former.Dispose();
    }

    private void Watch(nn.Module<Tensor, Tensor> norm, Tensor? formerVariance)
    {
        var hook = norm.register_forward_pre_hook((_, input) => NormValues.FindFault(norm, input, _ofOne) is { } needed
            ? throw Refusal(norm, needed, $"was given {input.Describe()}")
            : input);
        _endings.Add(hook.remove);
        if (norm is NormBase { running_var: not null, running_mean: not null } learning && formerVariance is not null)
            _learning.Add((norm, learning, formerVariance));
    }

    private ArgumentException Refusal(nn.Module layer, string needed, string given) =>
        Refusal(layer, needed, given, _batch, _networks);
}
