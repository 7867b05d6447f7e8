using System.Text;

namespace GanKit.Networks;

/// <summary>One network of a file, and the choice of the generator among them.</summary>
internal sealed record GeneratorChoice(PyTorchStateDict StateDict, NetworkRecognition Recognition)
{
    private const int Shown = 8;
    private const int LongestLine = 500;

    /// <summary>
    /// The state dict's key, and the network's prefix in it where it has one of its own: <c>state_dict.generator</c>.
    /// </summary>
    private string Key =>
        string.Join('.', new[] { StateDict.Key, Recognition.Prefix.TrimEnd('.') }.Where(part => part.Length > 0));

    private bool IsGenerator => Recognition.Network is { Use.MakesImages: true };

    /// <summary>Where its numbers lie; two networks with the same are one, saved from two places.</summary>
    private IEnumerable<object> Sources
    {
        get
        {
            var map = Recognition.KeyMap;
            return StateDict.Where(entry => map.Map(entry.Key) is not null && !WrapperNames.IsCount(entry.Key, entry.Value))
                .Select(entry => entry.Value.Place);
        }
    }

    /// <summary>Whether the weights are averaged ones, by the nearest key of the network, or by entries beside it.</summary>
    private bool IsAverage =>
        NamePrefixes.Common([Recognition.Prefix]).Any(prefix => StateDict.ContainsKey($"{prefix}n_averaged"))
            || (Averages.Verdict(Recognition.Prefix) ?? StateDict.IsAverage);

    /// <exception cref="StateDictMismatchException">There is no known generator, or several.</exception>
    internal static GeneratorChoice Choose(PyTorchFile file, GeneratorOptions options)
    {
        var all = file.StateDicts.SelectMany(
            weights => NetworkRecognition.Of(weights, options.Families)
                .Select(found => new GeneratorChoice(weights, found))).ToArray();
        var meant = options.Key is not { } key ? all
            : [.. all.Where(choice => choice.Key == key || choice.StateDict.Key == key
            || choice.Key.StartsWith($"{key}.", StringComparison.Ordinal))];
        if (meant.Length == 0)
        {
            throw Refusal(
                options.Key is null
                    ? $"holds no network's weights, but this: {file}." : $"has no weights under '{options.Key}'. There are:",
                all);
        }

        var sources = new SourceSet();
        var generators = meant.Where(choice => choice.IsGenerator && sources.Add(choice.Sources)).ToArray();
        var preferred = generators.GroupBy(choice => choice.Recognition.Network)
            .SelectMany(alike => Averages.Prefer(alike, choice => choice.Key, choice => choice.IsAverage))
            .OrderByDescending(choice => choice.IsAverage).ToArray();
        return preferred switch
        {
            [] => throw Refusal("holds no generator that is known here.", meant, options.Families),
            [var only] => only with { Recognition = only.Recognition.With([.. only.WhatWasTaken(generators), .. only.StateDict.Notes]) },
            var several => throw Refusal(
                $"holds several generators, and a key must say which: new() {{ Key = \"{several[0].Key}\" }}, for example.",
                several),
        };

        StateDictMismatchException Refusal(
            string what, IReadOnlyList<GeneratorChoice> found, IReadOnlyList<NetworkFamily>? known = null)
        {
            var text = new StringBuilder($"{file.Name} {what}");
            foreach (var choice in found.OrderByDescending(choice => choice.IsAverage).Take(Shown))
                text.Append($"\n  {choice}");
            if (found.Count > Shown)
                text.Append($"\n  and {found.Count - Shown} more.");
            if (known is not null)
                text.Append($"\nNetworks that are known: {string.Join(", ", known.Select(family => family.Name))}.");
            return new(text.ToString());
        }
    }

    public override string ToString()
    {
        var name = Key.Length == 0 ? "(root)" : $"'{Key}'";
        return Printable.Text($"{name}, {Words.Count(StateDict.Count, "tensor")}: {Recognition}", LongestLine);
    }

    /// <summary>Says that averages were taken, and instead of what.</summary>
    private IEnumerable<string> WhatWasTaken(IEnumerable<GeneratorChoice> generators) => !IsAverage ? []
        : generators.FirstOrDefault(choice => !choice.IsAverage) is not { } raw ? [Averages.Note]
        : [Averages.NoteInsteadOf(raw.Key)];
}
