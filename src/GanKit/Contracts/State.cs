using System.Collections;
using System.Globalization;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>A snapshot of a part of a run: a tree of named tensors, numbers and texts.</summary>
/// <remarks>
/// Values are <see cref="Tensor"/>, <see cref="long"/>, <see cref="double"/>, <see cref="bool"/>, <see cref="string"/>, another
/// <see cref="State"/>, or <see langword="null"/> where a part holds nothing. <see cref="StatefulExtensions.SaveState"/> makes one; a
/// reader of files makes one by <see cref="Add"/>. It owns its tensors, and those of the states in it.
/// </remarks>
public sealed class State : IReadOnlyCollection<KeyValuePair<string, object?>>, IDisposable
{
    private readonly OrderedDictionary<string, object?> _entries = new(StringComparer.Ordinal);

    /// <summary>How many entries there are, those of the states in it not counted.</summary>
    public int Count => _entries.Count;

    /// <summary>The names of the entries, in their order.</summary>
    public IEnumerable<string> Names => _entries.Keys;

    /// <summary>An entry's value.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="KeyNotFoundException">There is none; the message lists those that there are.</exception>
    public object? this[string name] => _entries.TryGetValue(name, out var value) ? value : throw new KeyNotFoundException(
        $"The state has no entry '{name}'. It has: {string.Join(", ", _entries.Keys)}.");

    /// <summary>Whether there is an entry, and its value.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The value; <see langword="null"/> also where there is none.</param>
    public bool TryGetValue(string name, out object? value) => _entries.TryGetValue(name, out value);

    /// <summary>Adds an entry. A tensor or a state is this state's to dispose from then on.</summary>
    /// <param name="name">Its name, which is new here.</param>
    /// <param name="value">A tensor, a whole number, a number, a truth value, a text, a state or nothing.</param>
    /// <exception cref="ArgumentException">The name is taken or empty, or the value is of another type.</exception>
    public void Add(string name, object? value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        value = value switch
        {
            null or long or double or bool or string => value,
            int number => (long)number,
            float number => (double)number,
            Tensor tensor => tensor.DetachFromDisposeScope(),
            State state when state != this => state,
            _ => throw new ArgumentException(
                $"The entry '{name}' is a {value.GetType().Name}, but a state holds tensors, long, double, bool, string and other states.",
                nameof(value)),
        };
        if (!_entries.TryAdd(name, value))
            throw new ArgumentException($"A state has each name once, but '{name}' is given twice.", nameof(name));
    }

    /// <summary>Takes an entry out, and frees it: a run's part that is not to go on, such as a callback.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string name)
    {
        if (!_entries.Remove(name, out var value))
            return false;
        (value as IDisposable)?.Dispose();
        return true;
    }

    /// <summary>The entries, in their order.</summary>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _entries.GetEnumerator();

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        foreach (var value in _entries.Values)
            (value as IDisposable)?.Dispose();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>How many entries there are, and in a line each the names of the first with their values, or a tensor's shape and type.</summary>
    /// <returns>Several lines: <c>generator/weights/0.weight: (16, 4) Float32</c>.</returns>
    public override string ToString()
    {
        const int Shown = 50;
        var entries = Flat("").ToArray();
        var numbers = entries.Sum(entry => entry.Value is Tensor { IsInvalid: false } tensor ? tensor.numel() : 0);
        return string.Join(Environment.NewLine, [
            string.Create(CultureInfo.InvariantCulture,
                $"State of {Words.Count(entries.Length, "value")}, {entries.Count(entry => entry.Value is Tensor)} of them tensors with {numbers:N0} numbers"),
            .. entries.Take(Shown).Select(entry => $"  {entry.Path}: {Describe(entry.Value)}"),
            .. entries.Length > Shown ? [$"  and {entries.Length - Shown} more"] : Array.Empty<string>()]);
    }

    /// <summary>A value in words.</summary>
    internal static string Describe(object? value) => value switch
    {
        null => "nothing",
        Tensor { IsInvalid: true } => "a tensor that is disposed",
        Tensor tensor => $"({string.Join(", ", tensor.shape)}) {tensor.dtype}",
        string text => $"'{text}'",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private IEnumerable<(string Path, object? Value)> Flat(string path) => _entries.SelectMany(entry => entry.Value is State inner
        ? inner.Flat($"{path}{entry.Key}/") : [($"{path}{entry.Key}", entry.Value)]);

    /// <summary>A copy of a tensor without a graph that no dispose scope owns.</summary>
    internal static Tensor CopyOf(Tensor tensor)
    {
        using var view = tensor.detach();
        return view.clone().DetachFromDisposeScope();
    }

    /// <summary>A copy that shares nothing.</summary>
    internal State Copy()
    {
        var copy = new State();
        foreach (var (name, value) in _entries)
            copy.Add(name, value switch { Tensor tensor => CopyOf(tensor), State state => state.Copy(), _ => value });
        return copy;
    }
}
