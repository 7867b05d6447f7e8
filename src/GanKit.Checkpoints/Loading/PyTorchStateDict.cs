using System.Collections;
using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>A network's weights in an open file: names and tensors that are read when asked for.</summary>
/// <remarks>Use it while its <see cref="PyTorchFile"/> is open.</remarks>
public sealed class PyTorchStateDict : IReadOnlyDictionary<string, PyTorchTensor>
{
    private readonly OrderedDictionary<string, PyTorchTensor> _tensors;

    internal PyTorchStateDict(string key, OrderedDictionary<string, PyTorchTensor> tensors, string? moduleClass = null) =>
        (Key, _tensors, ModuleClass) = (key, tensors, moduleClass);

    /// <summary>
    /// Where it stands in the file: <c>netG</c> or <c>state_dict</c>, parts joined by dots (<c>models.netG</c>); empty
    /// where the file holds nothing else.
    /// </summary>
    public string Key { get; }

    /// <summary>
    /// The Python class of the module that it was collected from, where a whole module was saved; null for a plain
    /// state dict.
    /// </summary>
    public string? ModuleClass { get; }

    /// <summary>How many tensors there are.</summary>
    public int Count => _tensors.Count;

    /// <summary>The names, in the file's order.</summary>
    public IEnumerable<string> Keys => _tensors.Keys;

    /// <summary>The tensors, in the order of the names.</summary>
    public IEnumerable<PyTorchTensor> Values => _tensors.Values;

    /// <summary>A tensor by its name, for example <c>main.0.weight</c>.</summary>
    /// <param name="key">The name.</param>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public PyTorchTensor this[string key] => _tensors.TryGetValue(key, out var tensor)
        ? tensor
        : throw new KeyNotFoundException(
            $"There is no tensor '{key}'. There are {Count}: " +
            $"{string.Join(", ", Keys.Take(8))}{(Count > 8 ? ", ..." : "")}.");

    /// <summary>Reads all tensors into the CPU's memory. Those that share memory in the file share it here.</summary>
    /// <returns>Names and tensors; the caller owns them.</returns>
    /// <exception cref="CheckpointFormatException">One can't be read. None is left behind.</exception>
    public Dictionary<string, Tensor> Read() => TensorReader.ReadAll(this);

    /// <summary>The tensors' names in the file, where they differ from those here.</summary>
    internal IReadOnlyDictionary<string, string> SavedNames { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The steps that found these weights in the file, in words; empty where they are in the file as they are here.</summary>
    public IReadOnlyList<string> Notes { get; init => field = Given.NotNull(value); } = [];

    /// <summary>Whether they are averaged weights, judged by their name in the file or the entries beside them.</summary>
    public bool IsAverage => IsKnownAverage ?? (HoldsAverages("") || Averages.Verdict(Key) is true);

    /// <summary>Whether they are averaged weights, where the file shows it otherwise than by <see cref="Key"/>.</summary>
    internal bool? IsKnownAverage { get; init; }

    /// <summary>The bytes that its tensors take in the file: views of the same memory count once.</summary>
    public long StoredByteCount => (long)Math.Min(
        long.MaxValue, Values.Select(tensor => tensor.Storage).Distinct().Sum(storage => (double)storage.Length));

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _tensors.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out PyTorchTensor value) =>
        _tensors.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, PyTorchTensor>> GetEnumerator() => _tensors.GetEnumerator();

    /// <summary>A short description.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Count} tensors{(Key.Length > 0 ? $" under '{Key}'" : "")}";

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The same weights, with a word more on how they were found.</summary>
    internal PyTorchStateDict WithNote(string note) => As(IsKnownAverage, note);

    /// <summary>The same weights, known to be averages or not, for the reason in the note.</summary>
    internal PyTorchStateDict As(bool? isAverage, string note) => new(Key, _tensors, ModuleClass)
    {
        SavedNames = SavedNames,
        Notes = [.. Notes, note],
        IsKnownAverage = isAverage,
    };

    /// <summary>
    /// The weights with the names that PyTorch's parametrizations give to norms, whichever library wrote them, and without the
    /// numbers that wrappers keep. None is read.
    /// </summary>
    /// <returns>The same where there is nothing to change.</returns>
    public PyTorchStateDict WithoutNorms()
    {
        var weights = new OrderedDictionary<string, FileWeight>();
        foreach (var (name, tensor) in _tensors.Where(entry => !WrapperNames.IsCount(entry.Key, entry.Value)))
            weights[name] = new(name, tensor);
        var (adapted, notes) = NormAdaptation.Adapt(weights, networkHas: null);
        if (notes.Count == 0 && weights.Count == Count)
            return this;
        var tensors = new OrderedDictionary<string, PyTorchTensor>();
        foreach (var (name, weight) in adapted)
            tensors[name] = weight.Tensor;
        return new(Key, tensors, ModuleClass) { IsKnownAverage = IsAverage ? true : IsKnownAverage };
    }

    /// <summary>
    /// The weights without what wrappers put into names (<see cref="KeyMap.StripWrappers"/>). None is read.
    /// </summary>
    /// <returns>The same where there is nothing to take off, or two weights would be called alike.</returns>
    public PyTorchStateDict WithoutWrappers()
    {
        var bare = Renamed(WrapperNames.Strip);
        if (ReferenceEquals(bare, this))
            return this;
        var wrapped = Keys.Where(name => WrapperNames.Strip(name) != name).ToArray();
        return bare.WithNote($"'{string.Join(".' and '", wrapped.SelectMany(WrapperNames.In).Distinct())}.' was taken off "
            + Words.Count(wrapped.Length, "name"));
    }

    /// <summary>
    /// The same weights under other names, which keep those of the file; this itself where no name changes, or two would be called alike.
    /// </summary>
    internal PyTorchStateDict Renamed(Func<string, string> rename)
    {
        var (tensors, saved) = (new OrderedDictionary<string, PyTorchTensor>(), new Dictionary<string, string>());
        foreach (var (name, tensor) in _tensors)
        {
            var renamed = rename(name);
            if (!tensors.TryAdd(renamed, tensor))
                return this;
            if (SavedNameOf(name) is var savedName && savedName != renamed)
                saved[renamed] = savedName;
        }

        return tensors.Keys.SequenceEqual(Keys) ? this
            : new(Key, tensors, ModuleClass) { SavedNames = saved, Notes = Notes, IsKnownAverage = IsKnownAverage };
    }

    internal string SavedNameOf(string name) => SavedNames.GetValueOrDefault(name, name);

    /// <summary>Whether an <c>AveragedModel</c> of PyTorch was saved under a beginning of the names.</summary>
    internal bool HoldsAverages(string prefix) => _tensors.ContainsKey($"{prefix}n_averaged");

    /// <summary>
    /// The weights of one network of several in here: with the key <c>state_dict.generator</c> those of
    /// <c>state_dict</c> that begin with <c>generator.</c>, without that; null where there are none.
    /// </summary>
    internal PyTorchStateDict? Part(string key)
    {
        var whole = Key.Length == 0 ? "" : $"{Key}.";
        if (!key.StartsWith(whole, StringComparison.Ordinal))
            return null;
        var prefix = $"{key[whole.Length..]}.";
        var part = Under(prefix, _ => false);
        return part.Count == 0 ? null : part;
    }

    /// <summary>The weights whose names begin with a prefix, without it, but for those that are another network's.</summary>
    internal PyTorchStateDict Under(string prefix, Func<string, bool> isAnothers)
    {
        var (part, saved) = (new OrderedDictionary<string, PyTorchTensor>(), new Dictionary<string, string>());
        foreach (var (name, tensor) in _tensors)
        {
            if (!name.StartsWith(prefix, StringComparison.Ordinal) || name.Length == prefix.Length || isAnothers(name))
                continue;
            var inner = name[prefix.Length..];
            part[inner] = tensor;
            if (SavedNames.TryGetValue(name, out var savedName))
                saved[inner] = savedName;
        }

        return new(string.Join('.', new[] { Key, prefix.TrimEnd('.') }.Where(text => text.Length > 0)), part)
        {
            SavedNames = saved,
            Notes = Notes,
            IsKnownAverage = HoldsAverages(prefix) ? true
                : Averages.Verdict(prefix) ?? IsKnownAverage ?? (HoldsAverages("") ? true : null),
        };
    }
}
