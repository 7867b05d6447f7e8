using System.Globalization;
using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>Statistics of features in a safetensors file, with all that they depend on in its metadata.</summary>
internal static class StatisticsFile
{
    private const string Format = "gankit feature statistics", Version = "1";

    internal static void Save(string path, FeatureStatistics statistics, string dialect)
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>
        {
            ["mean"] = statistics.Mean(),
            ["single_sum"] = tensor(statistics.SingleSum.ToArray()),
        };
        if (statistics.HasCovariance)
            tensors["scatter"] = statistics.Covariance(0).Times(statistics.Count);
        if (statistics.Features is { } features)
            tensors["features"] = features;
        if (statistics.Logits is { } logits)
            tensors["logits"] = logits;
        var metadata = new Dictionary<string, string>
        {
            ["format"] = Format,
            ["version"] = Version,
            ["count"] = statistics.Count.ToString(CultureInfo.InvariantCulture),
            ["single"] = statistics.IsSingle ? "true" : "false",
        };
        foreach (var (name, value) in Key(statistics.Origin, dialect))
        {
            if (value is not null)
                metadata[name] = value;
        }

        SafetensorsFile.Save(path, tensors, metadata);
    }

    /// <summary>Reads the statistics of an origin.</summary>
    /// <exception cref="InvalidDataException">The file is another, of another origin, or keeps too little; the message says what differs.</exception>
    internal static FeatureStatistics Load(string path, FeatureOrigin origin, string dialect, long size, long count, long keep, bool logits, bool covariance)
    {
        using var scope = NewDisposeScope();
        using var file = PyTorchFile.Open(path);
        var facts = file.Metadata;
        if (facts.GetValueOrDefault("format") != Format)
            throw new InvalidDataException($"'{path}' holds no statistics of features that GanKit wrote.");
        var wanted = Key(origin, dialect)
            .Append(("version", Version))
            .Append(("count", count.ToString(CultureInfo.InvariantCulture)));
        foreach (var (name, value) in wanted)
        {
            var given = facts.GetValueOrDefault(name);
            if (given != value)
            {
                throw new InvalidDataException(
                    $"'{path}' has statistics of other features: their {name.Replace('_', ' ')} is {given ?? "unknown"}, and {value ?? "unknown"} is "
                    + "asked for. Delete the file, or give another one.");
            }
        }

        var tensors = file.StateDicts.Single().Read();
        var (mean, scatter, sum) = (Find("mean", [size]), covariance ? Find("scatter", [size, size]) : null, Find("single_sum", [size]));
        var kept = tensors.GetValueOrDefault("features");
        if ((kept?.shape[0] ?? 0) < Math.Min(keep, count) || (logits && !tensors.ContainsKey("logits")))
        {
            throw new InvalidDataException(
                $"'{path}' keeps {kept?.shape[0] ?? 0} features{(tensors.ContainsKey("logits") ? "" : " and no logits")}, and "
                + $"{Math.Min(keep, count)}{(logits ? " with logits" : "")} are asked for. Delete the file, or give another one.");
        }

        var statistics = new FeatureStatistics(size, kept?.shape[0] ?? 0, origin, covariance);
        statistics.Restore(count, mean, scatter, sum, facts.GetValueOrDefault("single") == "true", kept, tensors.GetValueOrDefault("logits"));
        return statistics;

        Tensor Find(string name, long[] shape) => tensors.TryGetValue(name, out var found) && found.shape.SequenceEqual(shape)
            ? found
            : throw new InvalidDataException($"'{path}' lacks the tensor '{name}' of {TensorExtensions.DescribeShape(shape)}.");
    }

    private static IEnumerable<(string Name, string? Value)> Key(FeatureOrigin origin, string dialect) =>
    [
        ("data", origin.DataHash), ("size", origin.ImageSize), ("dialect", dialect), ("extractor", origin.Extractor),
        ("extractor_hash", origin.ExtractorHash), ("resizer", origin.Resizer),
    ];
}
