using GanKit.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Which of a file's weights go where in a network, and what does not fit. Nothing is read or changed yet.
/// </summary>
internal sealed class LoadPlan
{
    private readonly Dictionary<string, nn.Module> _modules;

    private LoadPlan(nn.Module module, PyTorchStateDict file)
    {
        (File, Network) = (file, module.state_dict());
        _modules = module.named_modules().ToDictionary(entry => entry.name, entry => entry.module);
        _modules[""] = module;
        Report = new LoadReport(file.Key);
    }

    internal PyTorchStateDict File { get; }

    /// <summary>The network's own weights and buffers, not copies.</summary>
    internal Dictionary<string, Tensor> Network { get; }

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

    /// <summary>Both have weights, and none of one is a weight of the other: nobody wants that, however lenient.</summary>
    internal bool HasNothingInCommon => Matches.Count == 0 && Missing.Count > 0 && Unexpected.Count > 0;

    internal static LoadPlan Make(nn.Module module, PyTorchStateDict file, PyTorchLoadOptions options)
    {
        var plan = new LoadPlan(module, file);
        var origins = new Dictionary<string, string>();
        foreach (var (key, tensor) in file)
        {
            if (options.KeyMap.Map(key) is not { } name)
                plan.Report.DroppedMap[key] = "the key map leaves it out";
            else if (origins.TryGetValue(name, out var other))
                plan.Clash ??= $"The key map turns both '{other}' and '{key}' into '{name}'.";
            else
            {
                origins.Add(name, key);
                if (options.Ignore(name))
                    plan.Report.DroppedMap[key] = "it is to be ignored";
                else
                    plan.Place(key, name, tensor);
            }
        }

        foreach (var name in plan.Network.Keys)
        {
            if (options.Ignore(name))
                plan.Report.KeptMap[name] = "it is to be ignored";
            else if (!origins.ContainsKey(name))
                plan.NoteAbsence(name);
        }

        return plan;
    }

    private void Place(string key, string name, PyTorchTensor tensor)
    {
        if (!Network.TryGetValue(name, out var weight))
        {
            if (IsUnusedStatistic(name))
                Report.DroppedMap[key] = ReasonToDrop(key);
            else
                Unexpected.Add(name);
            return;
        }

        if (!HasSizesOf(tensor, weight) || IsComplex(tensor) != weight.is_complex())
        {
            Mismatched.Add((name, tensor, weight));
            return;
        }

        Matches.Add((name, tensor, weight));
        Report.LoadedList.Add(name);
        if (name != key)
            Report.RenamedMap[key] = name;
        if (tensor.Dtype.ScalarType != weight.dtype)
            Report.ConvertedMap[name] = $"{tensor.Dtype} to {PyTorchDtype.Of(weight.dtype)}";
    }

    private void NoteAbsence(string name)
    {
        if (name[(name.LastIndexOf('.') + 1)..] == "num_batches_tracked")
            Report.KeptMap[name] = "files from before PyTorch 0.4.1 have no such count";
        else
            Missing.Add(name);
    }

    /// <summary>Before 0.4.0 instance norms saved statistics that they never used.</summary>
    private bool IsUnusedStatistic(string name)
    {
        var dot = name.LastIndexOf('.');
        return name[(dot + 1)..] is "running_mean" or "running_var" or "num_batches_tracked"
            && _modules.GetValueOrDefault(
                name[..Math.Max(dot, 0)]) is InstanceNorm1d or InstanceNorm2d or InstanceNorm3d or InstanceNormalization;
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
