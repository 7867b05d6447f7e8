using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>
/// Which of a file's weights go where in a network, and what does not fit. Nothing is read or changed yet.
/// </summary>
internal sealed class LoadPlan
{
    private readonly LoadTarget _target;

    private LoadPlan(LoadTarget target, PyTorchStateDict file)
    {
        (_target, File) = (target, file);
        Report = new LoadReport(file.Key);
        Report.NoteList.AddRange(file.Notes);
    }

    internal PyTorchStateDict File { get; }

    /// <summary>The network's own weights and buffers, not copies.</summary>
    internal Dictionary<string, Tensor> Network => _target.Weights;

    internal LoadReport Report { get; }

    internal List<(string Name, PyTorchTensor Source, Tensor Weight)> Matches { get; } = [];

    /// <summary>Weights of the network that the file has not.</summary>
    internal List<string> Missing { get; } = [];

    /// <summary>Weights of the file that the network has not, by the names that the key map gave them.</summary>
    internal List<string> Unexpected { get; } = [];

    /// <summary>Weights that both have, of different sizes or kinds.</summary>
    internal List<(string Name, PyTorchTensor Source, Tensor Weight)> Mismatched { get; } = [];

    /// <summary>Says which two of the file's weights the key map gives the same name, if it does.</summary>
    internal string? Clash { get; private set; }

    internal bool Fits => Clash is null && Missing.Count + Unexpected.Count + Mismatched.Count == 0;

    /// <summary>Whether both have weights and share none: an error even where loading is not strict.</summary>
    internal bool HasNothingInCommon => Matches.Count == 0 && Missing.Count > 0 && Unexpected.Count > 0;

    internal static LoadPlan Make(LoadTarget target, PyTorchStateDict file, PyTorchLoadOptions options)
    {
        var plan = new LoadPlan(target, file);
        var named = new OrderedDictionary<string, FileWeight>();
        foreach (var (key, tensor) in file)
        {
            var saved = file.SavedNameOf(key);
            if (options.KeyMap.Map(key) is not { } name)
                plan.Report.DroppedMap[saved] = "the key map leaves it out";
            else if (!named.TryAdd(name, new(saved, tensor)))
                plan.Clash ??= $"The key map turns both '{named[name].SavedName}' and '{saved}' into '{name}'.";
        }

        var (adapted, notes) = NormAdaptation.Adapt(named, target.Weights.ContainsKey);
        plan.Report.NoteList.AddRange(notes);
        foreach (var (name, weight) in adapted)
        {
            if (options.Ignore(name))
                plan.Report.DroppedMap[weight.SavedName] = "it is to be ignored";
            else
                plan.Place(name, weight);
        }

        foreach (var name in plan.Network.Keys)
        {
            if (options.Ignore(name))
                plan.Report.KeptMap[name] = "it is to be ignored";
            else if (!adapted.ContainsKey(name))
                plan.NoteAbsence(name);
        }

        var placed = plan.Matches.Select(match => match.Source).ToHashSet();
        foreach (var tied in plan.Unexpected.Where(name => placed.Contains(adapted[name].Tensor)).ToArray())
        {
            plan.Unexpected.Remove(tied);
            plan.Report.DroppedMap[tied] = "another name of a weight that was loaded";
        }

        plan.KeepNormsWhole(adapted);
        return plan;
    }

    private void Place(string name, FileWeight weight)
    {
        var (saved, tensor) = (weight.SavedName, weight.Tensor);
        if (!Network.TryGetValue(name, out var own))
        {
            if (_target.IsUnusedStatistic(name))
                Report.DroppedMap[saved] = ReasonToDrop(name);
            else if (WrapperNames.IsCount(name, tensor))
                Report.DroppedMap[saved] = "a number that the wrapper of a network kept";
            else
                Unexpected.Add(name);
            return;
        }

        if (!HasSizesOf(tensor, own) || IsComplex(tensor) != own.is_complex())
        {
            Mismatched.Add((name, tensor, own));
            return;
        }

        Matches.Add((name, tensor, own));
        Report.LoadedList.Add(name);
        if (weight.Origin is not null)
            Report.ConvertedMap[name] = weight.Origin;
        else if (tensor.Dtype.ScalarType != own.dtype)
            Report.ConvertedMap[name] = $"{tensor.Dtype} to {PyTorchDtype.Of(own.dtype)}";
        if (name != saved && weight.Origin is null)
            Report.RenamedMap[saved] = name;
    }

    private void NoteAbsence(string name)
    {
        if (LoadTarget.IsDispensable(name))
            Report.KeptMap[name] = "files from before PyTorch 0.4.1 have no such count";
        else
            Missing.Add(name);
    }

    /// <summary>
    /// A norm of which one part is loaded and another is random computes nonsense: it keeps what it has.
    /// </summary>
    private void KeepNormsWhole(OrderedDictionary<string, FileWeight> file)
    {
        var loaded = Matches.Select(match => match.Name).ToHashSet();
        foreach (var parts in _target.Norms.Select(norm => norm.Needed.Where(Network.ContainsKey).ToArray()))
        {
            var present = parts.Where(loaded.Contains).ToArray();
            if (present.Length == 0 || present.Length == parts.Length)
                continue;
            var absent = parts.First(part => !loaded.Contains(part));
            foreach (var name in present)
            {
                Matches.RemoveAll(match => match.Name == name);
                Report.LoadedList.Remove(name);
                Report.ConvertedMap.Remove(name);
                Report.RenamedMap.Remove(file[name].SavedName);
                Report.KeptMap[name] = $"a norm is loaded whole or not at all, and '{absent}' is not";
            }
        }
    }

    /// <summary>With a count, which 0.4.1 brought, they were kept on purpose, and used in evaluation mode.</summary>
    private string ReasonToDrop(string statistic) =>
        File.ContainsKey($"{statistic[..(statistic.LastIndexOf('.') + 1)]}num_batches_tracked")
            ? "statistics of an instance norm that was trained with track_running_stats=True, which the network's is not"
            : "statistics of an instance norm that keeps none, as PyTorch before 0.4 saved them";

    /// <summary>Before 0.4 there were no tensors without dimensions: a single number has sizes (1) in such files.</summary>
    private static bool HasSizesOf(PyTorchTensor tensor, Tensor weight) =>
        tensor.Shape.SequenceEqual(weight.shape) || (weight.dim() == 0 && tensor.Shape is [1]);

    private static bool IsComplex(PyTorchTensor tensor) =>
        tensor.Dtype.Name.StartsWith("complex", StringComparison.Ordinal);
}
