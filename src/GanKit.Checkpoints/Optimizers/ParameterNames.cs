using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>
/// Where an optimiser's parameters stand in the networks of a file. PyTorch numbers them in the order of the network's state
/// dict, which lists the buffers too.
/// </summary>
internal sealed class ParameterNames
{
    private readonly PyTorchFile _file;
    private readonly Dictionary<Tensor, (PyTorchStateDict Network, string Name)> _given =
        new(ReferenceEqualityComparer.Instance);

    private readonly Dictionary<PyTorchStateDict, Dictionary<string, int>> _ranks = [];
    private readonly Dictionary<string, PyTorchStateDict?> _networks = [];

    /// <summary>Looks in a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="network">A network of the optimiser's; those that were loaded from a file are known without.</param>
    internal ParameterNames(PyTorchFile file, nn.Module? network)
    {
        _file = file;
        if (network is null)
            return;
        var target = new LoadTarget(network, new());
        var best = file.StateDicts.Select(known => LoadPlan.Make(target, known, new())).MaxBy(plan => plan.Matches.Count);
        foreach (var (name, weight) in best is null ? [] : LoadedNames.Of(best))
            _given[weight] = (best!.File, name);
    }

    /// <summary>The network in the file that has the parameter, its name there and its place; null where none has.</summary>
    internal (PyTorchStateDict Network, string Name, int Rank)? Find(Parameter parameter)
    {
        var found = _given.TryGetValue(parameter, out var given) ? given : Remembered(parameter);
        return found is var (network, name) && RanksOf(network).TryGetValue(name, out var rank)
            ? (network, name, rank)
            : null;
    }

    private (PyTorchStateDict, string)? Remembered(Parameter parameter)
    {
        if (LoadedNames.Find(parameter) is not var (key, name))
            return null;
        if (!_networks.TryGetValue(key, out var network))
        {
            _networks.Add(key, network = _file.StateDicts.FirstOrDefault(known => known.Key == key)
                ?? _file.StateDicts.Select(whole => whole.Part(key)).FirstOrDefault(part => part is not null));
        }

        network ??= _file.StateDicts.FirstOrDefault(known =>
            known.TryGetValue(name, out var tensor) && tensor.Shape.SequenceEqual(parameter.shape));
        return network is null ? null : (network, name);
    }

    private Dictionary<string, int> RanksOf(PyTorchStateDict network)
    {
        if (!_ranks.TryGetValue(network, out var ranks))
            _ranks.Add(network, ranks = network.Keys.Select((name, i) => (name, i)).ToDictionary());
        return ranks;
    }
}
