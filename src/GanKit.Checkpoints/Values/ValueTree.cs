namespace GanKit.Checkpoints;

/// <summary>
/// Walks the values of a file. An object can be reached on many paths, even on endless ones, so each is visited once;
/// and nothing here recurses.
/// </summary>
internal static class ValueTree
{
    /// <summary>The deepest nesting of values that is read.</summary>
    internal const int Deepest = 1_000;

    /// <summary>The direct children of a value: items, keys and values, arguments and state.</summary>
    internal static IEnumerable<object?> Children(object? value) => value switch
    {
        List<object?> or object?[] or HashSet<object?> => (IEnumerable<object?>)value,
        PyTorchDict dict => dict.SelectMany(entry => new[] { entry.Key, entry.Value }),
        PyTorchRecord record => record.Arguments.Append(record.State).Concat(record.Items).Concat(Children(record.Entries)),
        _ => [],
    };

    /// <summary>All objects in a tree, itself among them, each once. Null is left out.</summary>
    internal static IEnumerable<object> Walk(object? root)
    {
        var visited = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var waiting = new Stack<object?>([root]);
        while (waiting.TryPop(out var value))
        {
            if (value is null || !visited.Add(value))
                continue;
            yield return value;
            foreach (var child in Children(value).Reverse())
                waiting.Push(child);
        }
    }

    /// <summary>
    /// Puts values in the places of their placeholders, throughout a tree, and refuses trees that are too deep.
    /// </summary>
    /// <returns>The tree.</returns>
    /// <exception cref="CheckpointFormatException">
    /// Values are nested more than <see cref="Deepest"/> levels deep, or were begun and never filled.
    /// </exception>
    internal static object? Finish(object? root)
    {
        root = PicklePlaceholder.Resolve(root);
        if (!IsContainer(root))
            return root;

        // Heights, with zero for what is still being walked: a way back to it is a circle, and adds no height.
        var heights = new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
        var path = new Stack<(object Value, IEnumerator<object?> Left)>();
        Enter(root!);
        while (path.TryPeek(out var here))
        {
            if (here.Left.MoveNext())
            {
                var child = here.Left.Current;
                if (!IsContainer(child))
                    continue;
                if (!heights.TryGetValue(child!, out var height))
                    Enter(child!);
                else
                    Raise(here.Value, height + 1);
            }
            else
            {
                path.Pop();
                here.Left.Dispose();
                if (path.TryPeek(out var parent))
                    Raise(parent.Value, heights[here.Value] + 1);
            }
        }

        return root;

        void Enter(object value)
        {
            Resolve(value);
            heights.Add(value, 0);
            path.Push((value, Children(value).GetEnumerator()));
            Limit(path.Count);
        }

        void Raise(object value, int height) => Limit(heights[value] = Math.Max(heights[value], height));
    }

    private static void Limit(int depth)
    {
        if (depth > Deepest)
            throw new CheckpointFormatException($"values are nested more than {Deepest} levels deep.");
    }

    /// <summary>Whether a value has other values in it.</summary>
    internal static bool IsContainer(object? value) =>
        value is List<object?> or object?[] or HashSet<object?> or PyTorchDict or PyTorchRecord;

    private static void Resolve(object value)
    {
        switch (value)
        {
            case IList<object?> items:
                for (var i = 0; i < items.Count; i++)
                    items[i] = PicklePlaceholder.Resolve(items[i]);
                break;
            case PyTorchDict dict:
                dict.ReplaceValues(PicklePlaceholder.Resolve);
                break;
            case PyTorchRecord record:
                record.State = PicklePlaceholder.Resolve(record.State);
                Resolve(record.Arguments);
                Resolve(record.ItemList);
                record.Entries.ReplaceValues(PicklePlaceholder.Resolve);
                break;
        }
    }
}
