using System.Text;
using System.Text.RegularExpressions;

namespace GanKit;

/// <summary>One network of a file, and the choice of the generator among them.</summary>
internal sealed partial record GeneratorChoice(PyTorchStateDict StateDict, NetworkRecognition Recognition)
{
    private const int Shown = 8;
    private const int LongestLine = 500;

    /// <summary>
    /// The state dict's key, and the network's prefix in it where it has one of its own: <c>state_dict.generator</c>.
    /// </summary>
    private string Key =>
        string.Join('.', new[] { StateDict.Key, Recognition.Prefix.TrimEnd('.') }.Where(part => part.Length > 0));

    private bool IsGenerator => Recognition.Network is { Use.MakesImages: true };

    private bool IsAverage => Average().IsMatch(Key);

    /// <exception cref="StateDictMismatchException">There is no known generator, or several.</exception>
    internal static GeneratorChoice Choose(PyTorchFile file, GeneratorOptions options)
    {
        var all = file.StateDicts.SelectMany(
            weights => NetworkRecognition.Of(weights, options.Families)
                .Select(found => new GeneratorChoice(weights, found))).ToArray();
        var meant = options.Key is not { } key ? all
            : [.. all.Where(choice => choice.Key == key || choice.StateDict.Key == key)];
        if (meant.Length == 0)
        {
            throw Refusal(
                options.Key is null
                    ? StateDictChoice.NoneIn(file) : $"has no weights under '{options.Key}'. There are:",
                all);
        }

        return meant.Where(choice => choice.IsGenerator).ToArray() switch
        {
            [] => throw Refusal("holds no generator that is known here.", meant, options.Families),
            [var only] => only,
            var several when several.Where(choice => choice.IsAverage).ToArray() is [var average]
                && AreAlike(several) => average,
            var several => throw Refusal(
                $"holds several generators, and a key must say which: new() {{ Key = \"{several[0].Key}\" }}, for example.",
                several),
        };

        StateDictMismatchException Refusal(
            string what, IReadOnlyList<GeneratorChoice> found, IReadOnlyList<NetworkFamily>? known = null)
        {
            var text = new StringBuilder($"{file.Name} {what}");
            foreach (var choice in found.Take(Shown))
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

    private static bool AreAlike(IEnumerable<GeneratorChoice> choices) =>
        choices.Select(choice => choice.Recognition.Network).Distinct().Count() == 1;

    [GeneratedRegex(@"(^|[._])(ema|avg|average|averaged)([._]|$)", RegexOptions.IgnoreCase)]
    private static partial Regex Average();
}
