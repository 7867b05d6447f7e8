using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace GanKit.Checkpoints;

/// <summary>A Python dictionary: keys are of any kind, and keep the order in which they were set.</summary>
/// <remarks>
/// Keys are equal as .NET values are: an integer is a <see cref="long"/>, and <c>dictionary["epoch"]</c> and
/// <c>dictionary[0]</c> reach most of what files hold. A collection initialiser makes one:
/// <code>new PyTorchDict { ["epoch"] = 3L, ["netG"] = generator }</code>
/// </remarks>
public sealed class PyTorchDict : IReadOnlyCollection<KeyValuePair<object, object?>>
{
    private readonly OrderedDictionary<object, object?> _entries = new(KeyComparer.Instance);

    /// <summary>Stands for the key None, which .NET's dictionaries do not take.</summary>
    public static object NoneKey { get; } = new None();

    /// <summary>How many entries there are.</summary>
    public int Count => _entries.Count;

    /// <summary>The keys, in order.</summary>
    public IEnumerable<object> Keys => _entries.Keys;

    /// <summary>The values, in the order of the keys.</summary>
    public IEnumerable<object?> Values => _entries.Values;

    /// <summary>The value of a text key.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="KeyNotFoundException">There is no such key; the message names those there are.</exception>
    public object? this[string key]
    {
        get => Get(key);
        set => Set(key, value);
    }

    /// <summary>The value of a whole-number key.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="KeyNotFoundException">There is no such key; the message names those there are.</exception>
    public object? this[long key]
    {
        get => Get(key);
        set => Set(key, value);
    }

    /// <summary>Looks a key up.</summary>
    /// <param name="key">The key, of any kind.</param>
    /// <param name="value">Its value, or null.</param>
    /// <returns>Whether there is such a key.</returns>
    public bool TryGetValue(object key, [MaybeNullWhen(false)] out object? value) => _entries.TryGetValue(key, out value);

    /// <summary>The value of a key, or null where there is none.</summary>
    /// <param name="key">The key, of any kind.</param>
    /// <returns>The value.</returns>
    public object? GetValueOrDefault(object key) => _entries.GetValueOrDefault(key);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<object, object?>> GetEnumerator() => _entries.GetEnumerator();

    /// <summary>A short description: the count and the first keys.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        const int Shown = 5;
        var keys = _entries.Keys.Take(Shown).Select(key => key is string or long ? $"{key}" : key.GetType().Name);
        return $"dictionary of {Count}{(Count > 0 ? ": " : "")}{string.Join(", ", keys)}{(Count > Shown ? ", ..." : "")}";
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Sets the value of a key of any kind; null is kept as <see cref="NoneKey"/>.</summary>
    internal void Set(object? key, object? value) => _entries[key ?? NoneKey] = value;

    /// <summary>Replaces each value by what a function makes of it.</summary>
    internal void ReplaceValues(Func<object?, object?> replace)
    {
        for (var i = 0; i < _entries.Count; i++)
            _entries.SetAt(i, replace(_entries.GetAt(i).Value));
    }

    private object? Get(object key) => _entries.TryGetValue(key, out var value)
        ? value
        : throw new KeyNotFoundException(
            $"There is no '{key}'. The keys are: {string.Join(", ", _entries.Keys.Take(20))}"
            + (Count > 20 ? ", ...." : "."));

    private sealed class None
    {
        public override string ToString() => "None";
    }
}
