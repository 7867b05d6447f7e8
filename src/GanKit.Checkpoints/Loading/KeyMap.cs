using System.Text.RegularExpressions;

namespace GanKit.Checkpoints;

/// <summary>
/// Turns the names of weights in a file into those of a network. Rules apply in the order in which they were added.
/// </summary>
/// <remarks>
/// Immutable: every method returns a new map.
/// <code>new KeyMap().StripPrefix("module.").Rename("encoder.", "down.").Drop(key => key.EndsWith("running_mean"))</code>
/// </remarks>
public sealed class KeyMap
{
    private static readonly TimeSpan RegexTimeout = TimeSpan.FromSeconds(1);

    private readonly Func<string, string?> _map;

    /// <summary>Makes a map that changes nothing.</summary>
    public KeyMap()
        : this(key => key)
    {
    }

    private KeyMap(Func<string, string?> map) => _map = map;

    /// <summary>
    /// Takes a beginning away from the keys that have it; <c>module.</c> is what DataParallel puts there.
    /// </summary>
    /// <param name="prefix">The beginning.</param>
    /// <returns>The longer map.</returns>
    /// <exception cref="ArgumentException"><paramref name="prefix"/> is empty.</exception>
    public KeyMap StripPrefix(string prefix) => Rename(prefix, "");

    /// <summary>
    /// Takes off what wrappers put into keys: <c>module</c> of DataParallel and AveragedModel, <c>_orig_mod</c> of
    /// <c>torch.compile</c>, those of FSDP and of activation checkpointing, also within a key.
    /// </summary>
    /// <returns>The longer map.</returns>
    public KeyMap StripWrappers() => Apply(WrapperNames.Strip);

    /// <summary>Puts something before every key.</summary>
    /// <param name="prefix">The prefix.</param>
    /// <returns>The longer map.</returns>
    /// <exception cref="ArgumentException"><paramref name="prefix"/> is empty.</exception>
    public KeyMap AddPrefix(string prefix)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        return Apply(key => prefix + key);
    }

    /// <summary>Gives keys that begin in one way another beginning.</summary>
    /// <param name="beginning">How they begin: a whole key, or a part such as <c>trunk_conv.</c></param>
    /// <param name="replacement">The replacement.</param>
    /// <returns>The longer map.</returns>
    /// <exception cref="ArgumentException"><paramref name="beginning"/> is empty.</exception>
    public KeyMap Rename(string beginning, string replacement)
    {
        ArgumentException.ThrowIfNullOrEmpty(beginning);
        ArgumentNullException.ThrowIfNull(replacement);
        return Apply(key =>
            key.StartsWith(beginning, StringComparison.Ordinal) ? replacement + key[beginning.Length..] : key);
    }

    /// <summary>Replaces what a regular expression finds.</summary>
    /// <param name="pattern">The expression, for example <c>@"^body\.(\d+)\."</c>.</param>
    /// <param name="replacement">The replacement; <c>$1</c> is the first group.</param>
    /// <returns>The longer map.</returns>
    /// <exception cref="ArgumentException"><paramref name="pattern"/> is not a regular expression.</exception>
    public KeyMap Replace(string pattern, string replacement)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        ArgumentNullException.ThrowIfNull(replacement);
        var regex = new Regex(pattern, RegexOptions.CultureInvariant, RegexTimeout);
        return Apply(key => regex.Replace(key, replacement));
    }

    /// <summary>Leaves keys out.</summary>
    /// <param name="condition">Tells which, by the name that the rules before this one gave.</param>
    /// <returns>The longer map.</returns>
    public KeyMap Drop(Func<string, bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return Apply(key => condition(key) ? null : key);
    }

    /// <summary>Applies any rule.</summary>
    /// <param name="rule">Takes a key and returns what it becomes; null leaves it out.</param>
    /// <returns>The longer map.</returns>
    public KeyMap Apply(Func<string, string?> rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return new(key => _map(key) is { } mapped ? rule(mapped) : null);
    }

    /// <summary>Maps a key.</summary>
    /// <param name="key">The name in the file.</param>
    /// <returns>The name in the network, or null where the key is left out.</returns>
    public string? Map(string key) => _map(key);
}
