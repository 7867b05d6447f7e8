using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>A network that weights are to go into, looked at once.</summary>
internal sealed class LoadTarget
{
    private readonly Dictionary<string, nn.Module> _modules;
    private readonly PyTorchLoadOptions _options;

    internal LoadTarget(nn.Module module, PyTorchLoadOptions options)
    {
        (_options, Weights) = (options, module.state_dict());
        _modules = module.named_modules().ToDictionary(entry => entry.name, entry => entry.module);
        _modules[""] = module;
        Norms = [.. NormGroup.In(Weights.Keys, Weights.ContainsKey)];
        Namings = [.. NamingsOf(module)];
    }

    /// <summary>The network's own weights and buffers, not copies.</summary>
    internal Dictionary<string, Tensor> Weights { get; }

    /// <summary>Its spectral and weight norms, which are loaded whole or not at all.</summary>
    internal IReadOnlyList<NormGroup> Norms { get; }

    /// <summary>The namings that a file of this network may have; its own first.</summary>
    internal IReadOnlyList<NetworkNaming> Namings { get; }

    /// <summary>Whether it has one layer alone, which may fit by chance into a part of anything.</summary>
    internal bool IsOneLayer => Weights.Keys.Select(name => name[..Math.Max(name.LastIndexOf('.'), 0)]).Distinct().Count() == 1;

    /// <summary>The names without which a file does not fit.</summary>
    private IEnumerable<string> Needed => Weights.Keys.Where(name => !_options.Ignore(name) && !IsDispensable(name));

    internal static bool IsDispensable(string name) => name[(name.LastIndexOf('.') + 1)..] == "num_batches_tracked";

    /// <summary>Before 0.4.0 instance norms saved statistics that they never used. Classes of other libraries are recognised by their
    /// names.</summary>
    internal bool IsUnusedStatistic(string name)
    {
        var dot = name.LastIndexOf('.');
        return name[(dot + 1)..] is "running_mean" or "running_var" or "num_batches_tracked"
            && _modules.GetValueOrDefault(name[..Math.Max(dot, 0)])?.GetType().Name.StartsWith("InstanceNorm", StringComparison.Ordinal) is true;
    }

    private IEnumerable<NetworkNaming> NamingsOf(nn.Module module)
    {
        var own = Needed.ToArray();
        if (own.Length == 0)
            yield break;
        var unwrapped = Weights.Keys.ToLookup(WrapperNames.Strip);
        var names = unwrapped.All(alike => alike.Count() == 1)
            ? unwrapped.ToDictionary(alike => alike.Key, alike => alike.Single()) : Weights.Keys.ToDictionary(name => name);
        yield return new(names, own, "");

        // The common beginning of the network's names, which the file's may lack. Not for a single layer, which would fit too many files.
        foreach (var prefix in IsOneLayer ? [] : NamePrefixes.Common(names.Keys).Skip(1))
        {
            yield return new(names.ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value), own,
                $"'{prefix}' was put before all names");
        }

        foreach (var (naming, toNetwork) in (module as IHasFileNames)?.FileNames ?? [])
            yield return new(toNetwork, own, $"{naming} were turned into the network's");
    }
}
