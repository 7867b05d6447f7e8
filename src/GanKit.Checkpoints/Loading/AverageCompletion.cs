namespace GanKit.Checkpoints;

/// <summary>
/// Completes what trainers save of an average with what it shares with the raw weights in the same file: lists of
/// parameters get the raw names, and averages without buffers the raw buffers, as the trainers' own code does.
/// </summary>
internal static class AverageCompletion
{
    /// <summary>A file's networks, with those that only lists or incomplete averages tell of.</summary>
    internal static IReadOnlyList<PyTorchStateDict> Complete(
        IReadOnlyList<PyTorchStateDict> found, IReadOnlyList<(string Path, IReadOnlyList<PyTorchTensor> Tensors)> lists)
    {
        var byKey = new Dictionary<string, PyTorchStateDict>();
        foreach (var weights in found)
            byKey.TryAdd(weights.Key, weights);
        var known = found.Select(weights => Known(weights, byKey))
            .Select(weights => (Weights: weights, IsAverage: weights.IsAverage)).ToArray();
        var averageLists = lists.Where(list => Averages.Verdict(list.Path) is true).ToArray();
        var hasAverages = averageLists.Length > 0 || known.Any(one => one.IsAverage);
        var raw = new RawWeights(known.Where(one => hasAverages && !one.IsAverage).Select(one => one.Weights));
        PyTorchStateDict[] fromLists =
            [.. averageLists.Select(list => Named(list.Path, list.Tensors, raw)).OfType<PyTorchStateDict>()];
        return
        [
            .. known.Select(one => one.IsAverage ? WithBuffers(one.Weights, raw) : one.Weights), .. fromLists,
            .. known.Select(one => Dotless(one.Weights)).OfType<PyTorchStateDict>(),
        ];
    }

    /// <summary>
    /// Where averaged weights stand: the state dict's key, or the places within it that are copies of others there.
    /// </summary>
    internal static IEnumerable<string> PlacesIn(PyTorchStateDict weights)
    {
        const int Deepest = 3;
        const int Most = 16;
        var bare = weights.WithoutWrappers();
        var names = bare.Keys.Where(name => !WrapperNames.IsCount(name)).ToHashSet();
        var places = names.SelectMany(name => NamePrefixes.Common([name]).Skip(1).Take(Deepest)).Distinct()
            .Where(prefix => bare.HoldsAverages(prefix) || Averages.Verdict(prefix.TrimEnd('.').Split('.')[^1]) is true)
            .Take(Most).Where(prefix => bare.HoldsAverages(prefix) || IsCopy(prefix)).ToArray();
        return places.Length == 0 && weights.IsAverage ? [weights.Key]
            : places.Select(place => string.Join('.', new[] { weights.Key, place.TrimEnd('.') }.Where(text => text.Length > 0)));

        bool IsCopy(string prefix)
        {
            var parent = prefix[..(prefix.TrimEnd('.').LastIndexOf('.') + 1)];
            var others = names.Where(name => name.StartsWith(parent, StringComparison.Ordinal) && !name.StartsWith(prefix, StringComparison.Ordinal))
                .Select(name => name[parent.Length..]).SelectMany(name => new[] { name, name[(name.IndexOf('.') + 1)..] }).ToHashSet();
            return names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).All(name => others.Contains(name[prefix.Length..]));
        }
    }

    /// <summary>Two trainers exchange the places: what is under <c>state_dict</c> there is the average.</summary>
    private static PyTorchStateDict Known(PyTorchStateDict weights, Dictionary<string, PyTorchStateDict> all)
    {
        const string State = "state_dict";
        if (Sibling("current_model_state") is not null) // Lightning's WeightAveraging
            return weights.As(isAverage: true, "Lightning keeps the average there, and the raw weights under 'current_model_state'");
        if (Sibling("ema_state_dict") is { } other && IsExchanged(other))
            return weights.As(isAverage: true, "MMEngine keeps the average there, and the raw weights under 'ema_state_dict'");
        return IsExchanged(weights) && weights.Key.EndsWith($"ema_{State}", StringComparison.Ordinal)
            ? weights.As(isAverage: false, "MMEngine keeps the raw weights there") : weights;

        PyTorchStateDict? Sibling(string name) => weights.Key == State || weights.Key.EndsWith($".{State}", StringComparison.Ordinal)
            ? all.GetValueOrDefault(weights.Key[..^State.Length] + name) : null;

        static bool IsExchanged(PyTorchStateDict ema) => ema.ContainsKey("steps") && !ema.HoldsAverages("");
    }

    private static PyTorchStateDict? Named(string path, IReadOnlyList<PyTorchTensor> tensors, RawWeights raw)
    {
        if (raw.Like(path, tensors) is not { } found)
            return null;
        var (like, learnt) = found;
        var averages = learnt.Zip(tensors).ToDictionary(pair => pair.First, pair => pair.Second);
        return Over(like, path, averages, [$"the averages are a list, and got the names of '{like.Key}' in their order, with its buffers"]);
    }

    private static PyTorchStateDict WithBuffers(PyTorchStateDict average, RawWeights raw)
    {
        if (raw.WithBuffersFor(average) is not { } other)
            return average;
        var buffers = Words.Count(other.Count - average.Count, "buffer");
        return Over(other, average.Key, average, [.. average.Notes, $"{buffers} that the average has not are those of '{other.Key}'"], average.ModuleClass);
    }

    /// <summary>The raw weights, with averages in place of those that have one.</summary>
    private static PyTorchStateDict Over(
        PyTorchStateDict raw, string key, IReadOnlyDictionary<string, PyTorchTensor> averages, IReadOnlyList<string> notes, string? moduleClass = null)
    {
        var all = new OrderedDictionary<string, PyTorchTensor>();
        foreach (var (name, tensor) in raw)
            all[name] = averages.GetValueOrDefault(name, tensor);
        return new(key, all, moduleClass) { IsKnownAverage = true, Notes = notes };
    }

    /// <summary>LitEma of latent diffusion keeps averages as buffers, whose names may have no dots, beside the network.</summary>
    private static PyTorchStateDict? Dotless(PyTorchStateDict whole)
    {
        const string Ema = "model_ema.";
        var averages = whole.Where(entry => entry.Key.StartsWith(Ema, StringComparison.Ordinal)
            && !WrapperNames.IsCount(entry.Key, entry.Value)).ToDictionary(entry => entry.Key[Ema.Length..], entry => entry.Value);
        if (averages.Count < 2 || averages.Keys.Any(name => name.Contains('.')))
            return null;
        foreach (var prefix in new[] { "", "model." })
        {
            var part = whole.Under(prefix, name => name.StartsWith(Ema, StringComparison.Ordinal));
            var all = new OrderedDictionary<string, PyTorchTensor>();
            foreach (var (name, tensor) in part)
            {
                if (averages.TryGetValue(name.Replace(".", "", StringComparison.Ordinal), out var average) && average.Shape.SequenceEqual(tensor.Shape))
                    all[name] = average;
                else if (RawWeights.IsBuffer(name))
                    all[name] = tensor;
            }

            if (all.Count == part.Count && all.Values.Intersect(averages.Values).Count() == averages.Count)
            {
                return new(whole.Key.Length == 0 ? "model_ema" : $"{whole.Key}.model_ema", all)
                {
                    IsKnownAverage = true,
                    Notes = ["the averages under 'model_ema' got the network's names, with its buffers"],
                };
            }
        }

        return null;
    }
}
