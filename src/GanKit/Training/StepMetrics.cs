using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace GanKit;

/// <summary>The values of one step, which says what there is when asked for what there is not.</summary>
internal sealed class StepMetrics(IReadOnlyDictionary<string, double> values, long step, bool generatorUpdated)
    : IReadOnlyDictionary<string, double>
{
    public int Count => values.Count;

    public IEnumerable<string> Keys => values.Keys;

    public IEnumerable<double> Values => values.Values;

    public double this[string key] => values.TryGetValue(key, out var value) ? value : throw new KeyNotFoundException(
        $"Step {step} logged no value '{key}'. It logged: {string.Join(", ", values.Keys)}."
        + (generatorUpdated ? "" : " It did not update the generator, whose values are absent then."));

    public bool ContainsKey(string key) => values.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out double value) => values.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, double>> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
