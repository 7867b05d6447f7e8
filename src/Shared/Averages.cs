using System.Text.RegularExpressions;

#if CHECKPOINTS
namespace GanKit.Checkpoints;
#else
namespace GanKit;
#endif

/// <summary>Tells averaged weights from the raw ones that are still being trained, by what trainers call them.</summary>
internal static partial class Averages
{
    internal const string Note = "these are averaged weights";

    private static readonly HashSet<string> AveragedWords =
        ["ema", "emas", "avg", "average", "averaged", "averaging", "swa", "smooth", "smoothed", "polyak", "shadow"];

    // Whole parts of a path that only some trainers use: rosinality's, gan_stability's, lucidrains', fairseq's.
    private static readonly HashSet<string> AveragedParts =
        ["g_running", "generator_running", "netg_running", "generator_test", "ge", "se", "gs", "ma_model"];

    private static readonly HashSet<string> RawWords = ["online", "raw", "current", "collected"];

    private static readonly HashSet<string> Negations = ["no", "non", "not", "without", "before", "pre"];

    // Words that do not identify a network.
    private static readonly HashSet<string> Empty =
        ["model", "models", "module", "net", "network", "state", "dict", "params", "parameters", "weights", "running", "test", "ma"];

    /// <summary>
    /// Whether the weights under a path such as <c>g_ema.module</c> are averaged ones: its last part that says something
    /// decides (<c>G_ema.online_model</c> is raw); null where none does.
    /// </summary>
    internal static bool? Verdict(string path) =>
        path.Split('.').Reverse().Select(VerdictOfPart).FirstOrDefault(verdict => verdict is not null);

    internal static string NoteInsteadOf(string rawKey) =>
        $"averaged weights were taken, and not the raw ones {(rawKey.Length == 0 ? "in the file's root" : $"under '{rawKey}'")}";

    /// <summary>
    /// Which network it is, without the words for averages: <c>netG_A</c> and <c>netG_A_ema</c> are the same.
    /// </summary>
    internal static string Role(string path) => string.Join(' ', path.Split('.').SelectMany(RoleOfPart).Distinct().Order());

    /// <summary>Selects among several that fit: raw weights are dropped where there is an average of the same network.</summary>
    /// <returns>The rest, averages first.</returns>
    internal static IReadOnlyList<T> Prefer<T>(IEnumerable<T> all, Func<T, string> path, Func<T, bool> isAverage)
    {
        var averages = all.Where(isAverage).ToArray();
        var raw = all.Where(one => !isAverage(one)).ToArray();
        var roles = averages.Select(average => Role(path(average))).ToHashSet();
        // Where there is one of each, a path that says nothing of the network is no other's: "generator" and "ema".
        if (averages.Length == 1 && raw.Length == 1 && (roles.Contains("") || Role(path(raw[0])).Length == 0))
            return averages;
        return [.. averages, .. raw.Where(one => !roles.Contains(Role(path(one))))];
    }

    private static bool? VerdictOfPart(string part)
    {
        var words = WordsOf(part);
        if (words.Exists(RawWords.Contains))
            return false;
        var at = words.FindIndex(AveragedWords.Contains);
        if (at > 0 && Negations.Contains(words[at - 1]))
            return false;
        return at >= 0 || AveragedParts.Contains(part.ToLowerInvariant()) ? true : null;
    }

    private static IEnumerable<string> RoleOfPart(string part) => part.ToLowerInvariant() switch
    {
        "ge" or "gs" => ["g"],
        "se" => ["s"],
        _ => WordsOf(part).Where(word => !AveragedWords.Contains(word) && !RawWords.Contains(word)
            && !Negations.Contains(word) && !Empty.Contains(word)).Select(word => word switch
            {
                "gen" or "generator" => "g",
                "dis" or "disc" or "discriminator" => "d",
                _ => word,
            }),
    };

    private static List<string> WordsOf(string part) =>
        [.. Word().Matches(part).Select(match => match.Value.ToLowerInvariant())];

    // netG, avgG, emaModel, G_EMA, ema0999
    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")]
    private static partial Regex Word();
}
