using System.Globalization;
using System.Runtime.CompilerServices;

namespace GanKit.Checkpoints;

/// <summary>Describes what a file holds as a tree, and gathers the tensors and optimisers in it.</summary>
/// <remarks>
/// Everything is described once, so circles end and the tree is no larger than what was read; values lie at most
/// <see cref="ValueTree.Deepest"/> levels deep.
/// </remarks>
internal sealed class TreeBuilder
{
    private const int LongestName = 60;
    // Long names of containers with many items would multiply the text.
    private const int LongestPath = 1_000;

    private readonly Dictionary<object, string> _seen = new(ReferenceEqualityComparer.Instance);

    // Files can refer to one long list from everywhere, and to one optimiser's state from many optimisers.
    private readonly Dictionary<object, string?> _plain = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> _summarised = new(ReferenceEqualityComparer.Instance);

    internal List<CheckpointTensor> Tensors { get; } = [];

    internal List<OptimizerSummary> Optimizers { get; } = [];

    internal CheckpointNode Build(string name, object? value, string path)
    {
        if (value is PyTorchTensor tensor)
            return BuildTensor(name, tensor, path);
        if (DescribePlain(value) is { } plain)
            return new(name, plain);
        if (!_seen.TryAdd(value!, path))
            return new(name, _seen[value!] is { Length: > 0 } first
                ? $"the same as {Printable.Text(first, LongestName)}" : "the root again");
        // Circular references can lead deeper than the limit of nesting.
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            return new(name, "too deep to be shown");
        return value switch
        {
            PyTorchDict optimizer when StateDictFinder.IsOptimizer(optimizer) && IsSummarisedFirst(optimizer) =>
                BuildOptimizer(name, optimizer, path),
            PyTorchDict dict => new(name, $"dictionary, {Entries(dict.Count)}", Entries(dict, path)),
            PyTorchRecord record when SavedModule.AttributesOf(record) is { } attributes =>
                BuildModule(name, record, attributes, path),
            PyTorchRecord record => BuildRecord(name, record, path),
            List<object?> items => new(name, $"list, {Words.Count(items.Count, "item")}", Items(items, path)),
            object?[] items => new(name, $"tuple, {Words.Count(items.Length, "item")}", Items(items, path)),
            HashSet<object?> items => new(name, $"set, {Words.Count(items.Count, "item")}", Items([.. items], path)),
            _ => new(name, value!.GetType().Name),
        };
    }

    private string? DescribePlain(object? value)
    {
        if (!ValueTree.IsContainer(value))
            return PlainValues.Describe(value);
        if (!_plain.TryGetValue(value!, out var plain))
            _plain.Add(value!, plain = PlainValues.Describe(value));
        return plain;
    }

    private bool IsSummarisedFirst(PyTorchDict optimizer) =>
        _summarised.Add(optimizer.GetValueOrDefault("state")!) && _summarised.Add(
            optimizer.GetValueOrDefault("param_groups")!);

    private CheckpointNode BuildTensor(string name, PyTorchTensor tensor, string path)
    {
        var known = new CheckpointTensor(
            path, [.. tensor.Shape], tensor.Dtype, tensor.ByteCount, tensor.SavedOn, tensor.Unreadable);
        if (_seen.TryAdd(tensor, path))
            Tensors.Add(known);
        return new(name, known.ToString(), tensor: known);
    }

    private CheckpointNode BuildOptimizer(string name, PyTorchDict optimizer, string path)
    {
        var summary = OptimizerReader.Read(path, optimizer);
        Optimizers.Add(summary);
        _ = Entries(optimizer, path); // for its tensors alone
        return new(name, summary.ToString());
    }

    /// <summary>
    /// A module shows its class with its plain attributes; then what it holds, under the names of its state dict.
    /// </summary>
    private CheckpointNode BuildModule(string name, PyTorchRecord record, PyTorchDict attributes, string path)
    {
        const string Layers = "torch.nn.modules.";
        var fullName = SavedModule.ClassOf(record);
        var type = Printable.Text(
            fullName.StartsWith(Layers, StringComparison.Ordinal) ? record.Class.Name : fullName, LongestName);
        var settings = new List<string>();
        var children = new List<CheckpointNode>();
        foreach (var (key, value) in attributes)
        {
            var attribute = TextOf(key);
            if (attribute is "_parameters" or "_buffers" or "_modules" && value is PyTorchDict parts)
                children.AddRange(parts.Where(part => part.Value is not null)
                    .Select(part => Child(part.Key, part.Value, path)));
            else if (DescribePlain(value) is not { } plain)
                children.Add(Child(key, value, path));
            else if (attribute != "training" && !attribute.StartsWith('_'))
                settings.Add($"{Printable.Text(attribute, LongestName)} {plain}");
        }

        return new(name, string.Join(", ", settings.Prepend(type)), children) { ModuleClass = type };
    }

    private CheckpointNode BuildRecord(string name, PyTorchRecord record, string path)
    {
        var children = new List<CheckpointNode>();
        if (record.State is PyTorchDict attributes && !_seen.ContainsKey(attributes))
        {
            _seen.Add(attributes, path);
            children.AddRange(Entries(attributes, path));
        }
        else if (record.State is not null)
        {
            children.Add(Child("state", record.State, path));
        }

        children.AddRange(Entries(record.Entries, path));
        children.AddRange(Items(record.Items, path));
        children.AddRange(record.Arguments.Select((argument, index) => Child($"argument {index + 1}", argument, path)));
        return new(name, $"object of class {Printable.Text(record.Class.FullName, LongestName)}", children);
    }

    private List<CheckpointNode> Entries(PyTorchDict dict, string path) =>
        [.. dict.Select(entry => Child(entry.Key, entry.Value, path))];

    private List<CheckpointNode> Items(IReadOnlyList<object?> items, string path) =>
        [.. items.Select((item, index) => Child((long)index, item, path))];

    private CheckpointNode Child(object key, object? value, string path)
    {
        var name = TextOf(key);
        var childPath = path.Length == 0 ? name : $"{path}.{name}";
        return Build(name, value, childPath.Length <= LongestPath ? childPath : $"...{childPath[^(LongestPath / 2)..]}");
    }

    private static string TextOf(object key) =>
        key as string ?? PlainValues.Describe(key) ?? Convert.ToString(key, CultureInfo.InvariantCulture)!;

    private static string Entries(int count) => count == 1 ? "1 entry" : $"{Printable.Number(count)} entries";
}
