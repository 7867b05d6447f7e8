namespace GanKit;

/// <summary>What is known of EMNIST's six parts, by the names of their files.</summary>
/// <param name="Classes">The names of the classes.</param>
/// <param name="FirstLabel">The label of the first one.</param>
internal sealed record Emnist(IReadOnlyList<string> Classes, int FirstLabel = 0)
{
    private const string Digits = "0123456789", Capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", Letters = "abcdefghijklmnopqrstuvwxyz";

    // Small letters that look like their capitals are one class with them.
    private const string Distinct = "abdefghnqrt";

    private static readonly Dictionary<string, Emnist> Parts = new()
    {
        ["byclass"] = new(Named(Digits + Capitals + Letters)),
        ["bymerge"] = new(Named(Digits + Capitals + Distinct)),
        ["balanced"] = new(Named(Digits + Capitals + Distinct)),
        ["letters"] = new(Named(Letters), FirstLabel: 1),
        ["digits"] = new(Named(Digits)),
        ["mnist"] = new(Named(Digits)),
    };

    /// <summary>The part that a file of images belongs to; null where its name is none of EMNIST's.</summary>
    internal static Emnist? Of(string path) =>
        Path.GetFileName(path).Split('-') is [var set, var part, _, ..] && set.Equals("emnist", StringComparison.OrdinalIgnoreCase)
            ? Parts.GetValueOrDefault(part.ToLowerInvariant()) : null;

    private static string[] Named(string letters) => [.. letters.Select(letter => letter.ToString())];
}
