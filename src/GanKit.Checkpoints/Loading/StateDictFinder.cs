using System.Globalization;
using System.Runtime.CompilerServices;

namespace GanKit.Checkpoints;

/// <summary>
/// Finds the networks in what a file holds: dictionaries of tensors at any depth, and modules that were saved whole. The
/// states of optimisers are dictionaries of tensors too, and are passed over.
/// </summary>
internal sealed class StateDictFinder
{
    // A file can refer to the same object from many places; a tree of such references may be larger than any memory.
    private const int MostTensors = 100_000;
    private const int MostModules = 100_000;
    private const int MostEntries = 10_000_000;
    private const int LongestPath = 1_000;

    // The entries of optimisers for each parameter. Under some wrappers they are the only sign of an optimiser.
    private static readonly HashSet<string> OfOptimizers =
    [
        "exp_avg", "exp_avg_sq", "max_exp_avg_sq", "exp_inf", "momentum_buffer", "square_avg", "grad_avg", "acc_delta", "sum", "prev",
        "step", "mu_product", "step_size", "slow_param", "slow_buffer", "state1", "state2",
    ];

    private readonly List<PyTorchStateDict> _found = [];
    private readonly List<(string Path, IReadOnlyList<PyTorchTensor> Tensors)> _lists = [];
    private readonly HashSet<object> _visited = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<(PyTorchRecord Method, string Path)> _methods = [];
    private int _modules;
    private long _entriesOfModules;
    private int _tensorsOfModules;

    /// <summary>
    /// All of them, in the file's order; what is no network, such as losses and random states; and lists of tensors. Where
    /// nothing looks like a network, all dictionaries of tensors count as such.
    /// </summary>
    internal static (IReadOnlyList<PyTorchStateDict> Networks, IReadOnlyList<PyTorchStateDict> Others,
        IReadOnlyList<(string Path, IReadOnlyList<PyTorchTensor> Tensors)> Lists) Find(object? root)
    {
        var finder = new StateDictFinder();
        finder.Visit(root, "");

        // A method of an object leads to all that the object holds: a schedule to a whole trainer. That counts where
        // there is nothing else.
        while (finder._found.Count == 0 && finder._methods.TryDequeue(out var left))
            finder.VisitItems(left.Method.Arguments, left.Path);
        var networks = finder._found.Where(LooksLikeANetwork).ToArray();
        return networks.Length == 0 ? (finder._found, [], finder._lists)
            : (networks, [.. finder._found.Except(networks)], finder._lists);
    }

    /// <summary>Tells optimisers' states apart from networks'.</summary>
    internal static bool IsOptimizer(PyTorchDict dict) =>
        dict.GetValueOrDefault("param_groups") is not null && dict.GetValueOrDefault("state") is PyTorchDict;

    private void Visit(object? value, string path)
    {
        if (!_visited.Add(value!))
            return;
        EnsureStack();
        switch (value)
        {
            case PyTorchDict dict when dict.GetValueOrDefault("param_groups") is null:
                var before = _found.Count;
                VisitEntries(dict, path);
                AddTensorsOf(dict, path, before);
                break;
            case PyTorchRecord record when SavedModule.AttributesOf(record) is { } attributes:
                var tensors = new OrderedDictionary<string, PyTorchTensor>();
                Collect(attributes, "", tensors, []);
                if (tensors.Count > 0)
                    _found.Add(new PyTorchStateDict(path, tensors, SavedModule.ClassOf(record)));
                break;
            case PyTorchRecord record when PickleGetattr.IsResult(record):
                _methods.Enqueue((record, path));
                break;
            case PyTorchRecord record:
                Visit(record.State, path);
                VisitItems(record.Items, path);
                VisitItems(record.Arguments, path);
                VisitEntries(record.Entries, path);
                break;
            case IReadOnlyList<object?> items:
                if (items.Count > 1 && items.All(item => item is PyTorchTensor))
                    _lists.Add((path, [.. items.Cast<PyTorchTensor>()]));
                VisitItems(items, path);
                break;
        }
    }

    /// <summary>
    /// A network has numbers with fractions, in a matrix or under a layer's usual names; losses, metrics, counts and random
    /// states have not.
    /// </summary>
    private static bool LooksLikeANetwork(PyTorchStateDict weights) => weights.ModuleClass is not null
        || (weights.Any(entry => !entry.Value.Dtype.IsWhole && (entry.Value.Shape.Count > 1 || IsUsual(entry.Key)))
            && !weights.Keys.All(OfOptimizers.Contains));

    private static bool IsUsual(string name) =>
        name[(name.LastIndexOf('.') + 1)..] is "weight" or "bias" or "running_mean" or "running_var";

    private void VisitItems(IReadOnlyList<object?> items, string path)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (ValueTree.IsContainer(items[i]))
                Visit(items[i], Join(path, i.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private void VisitEntries(PyTorchDict dict, string path)
    {
        foreach (var (key, child) in dict)
        {
            if (ValueTree.IsContainer(child))
                Visit(child, Join(path, Convert.ToString(key, CultureInfo.InvariantCulture)!));
        }
    }

    /// <summary>
    /// A few loose tensors beside networks, such as the state of a random generator, are no network. They are one where
    /// most entries are tensors, or where there is nothing else.
    /// </summary>
    private void AddTensorsOf(PyTorchDict dict, string path, int place)
    {
        var tensors = new OrderedDictionary<string, PyTorchTensor>();
        foreach (var (key, value) in dict)
        {
            if (key is string name && value is PyTorchTensor tensor)
                tensors[name] = tensor;
        }

        if (tensors.Count > 0 && (2 * tensors.Count >= dict.Count || _found.Count == place))
            _found.Insert(place, new PyTorchStateDict(path, tensors));
    }

    /// <summary>
    /// The entries of <c>state_dict()</c>: parameters, then buffers, then those of the children under their names.
    /// </summary>
    private void Collect(
        PyTorchDict attributes, string prefix, OrderedDictionary<string, PyTorchTensor> tensors, HashSet<object> onTheWay)
    {
        EnsureStack();
        if (++_modules > MostModules)
            throw new CheckpointFormatException($"its modules lie within each other more than {MostModules} times.");
        if (!onTheWay.Add(attributes))
            throw new CheckpointFormatException($"the module '{prefix}' contains itself.");
        var transient = attributes.GetValueOrDefault("_non_persistent_buffers_set") as HashSet<object?> ?? [];
        foreach (var group in new[] { "_parameters", "_buffers" })
        {
            foreach (var (key, value) in Entries(attributes, group))
            {
                if (value is PyTorchTensor tensor && !transient.Contains(key))
                    AddTo(tensors, Concat(prefix, key), tensor);
            }
        }

        foreach (var (key, child) in Entries(attributes, "_modules"))
        {
            if (child is not PyTorchRecord record)
                continue;
            Count(record.Arguments.Count);
            if (SavedModule.AttributesOf(record) is { } childAttributes)
                Collect(childAttributes, Concat(prefix, key) + ".", tensors, onTheWay);
        }

        onTheWay.Remove(attributes);
    }

    private PyTorchDict Entries(PyTorchDict attributes, string group)
    {
        var entries = attributes.GetValueOrDefault(group) as PyTorchDict ?? [];
        Count(entries.Count);
        return entries;
    }

    /// <summary>Modules that lie in many places are walked in each.</summary>
    private void Count(int entries)
    {
        _entriesOfModules += entries;
        if (_entriesOfModules > MostEntries)
            throw new CheckpointFormatException($"the modules in it have more than {MostEntries} entries.");
    }

    private void AddTo(OrderedDictionary<string, PyTorchTensor> tensors, string name, PyTorchTensor tensor)
    {
        if (++_tensorsOfModules > MostTensors)
            throw new CheckpointFormatException($"the modules in it have more than {MostTensors} tensors.");
        tensors[name] = tensor;
    }

    private static string Join(string path, string key) => path.Length + key.Length <= LongestPath
        ? path.Length == 0 ? key : $"{path}.{key}"
        : throw new CheckpointFormatException($"a name in it has more than {LongestPath} letters.");

    private static string Concat(string prefix, object key)
    {
        var name = Convert.ToString(key, CultureInfo.InvariantCulture)!;
        return prefix.Length + name.Length > LongestPath ? Join(prefix, name) : prefix + name;
    }

    // Circular references can lead deeper than the limit of nesting.
    private static void EnsureStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new CheckpointFormatException("values are nested too deep.");
    }
}

/// <summary>Recognises a <c>torch.nn.Module</c> that was saved whole, whatever its class.</summary>
internal static class SavedModule
{
    /// <summary>
    /// The module's attributes, among them <c>_parameters</c>, <c>_buffers</c> and <c>_modules</c>; null where the
    /// record is no module. Most modules are pickled with their attributes as state; StyleGAN's give them to a
    /// function, in a dictionary under <c>state</c>.
    /// </summary>
    internal static PyTorchDict? AttributesOf(PyTorchRecord record)
    {
        if (IsModule(record.State))
            return (PyTorchDict)record.State!;
        return record.Arguments.OfType<PyTorchDict>().Select(argument => argument.GetValueOrDefault("state"))
            .FirstOrDefault(IsModule) as PyTorchDict;
    }

    /// <summary>
    /// The module's class: the record's own, or for StyleGAN's what stands beside the attributes as <c>class_name</c>.
    /// </summary>
    internal static string ClassOf(PyTorchRecord record) =>
        record.Arguments.OfType<PyTorchDict>().Select(argument => argument.GetValueOrDefault("class_name"))
            .FirstOrDefault(name => name is string) as string ?? record.Class.FullName;

    private static bool IsModule(object? state) => state is PyTorchDict attributes
        && attributes.GetValueOrDefault("_parameters") is PyTorchDict
            && attributes.GetValueOrDefault("_modules") is PyTorchDict;
}
