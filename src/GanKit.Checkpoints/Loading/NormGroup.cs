using System.Globalization;

namespace GanKit.Checkpoints;

/// <summary>The parts of one normalised weight, in a file or a network.</summary>
internal sealed record NormGroup(NormSpelling Spelling, string Layer, string Parameter)
{
    internal string Main => Name(Spelling.Main);

    internal string Vector => Name(Spelling.Vector);

    internal string? RightVector => Spelling.RightVector is { } name ? Name(name) : null;

    internal string? Divided => Spelling.Divided is { } name ? Name(name) : null;

    /// <summary>What the weight is called without a norm.</summary>
    internal string Plain => $"{Layer}{Parameter}";

    /// <summary>Its parts, with those that may be absent.</summary>
    internal IEnumerable<string> Names => Needed.Append(Divided).OfType<string>().Concat(Spelling.Spare.Select(Name));

    /// <summary>What a network computes it from: all of it is loaded, or nothing.</summary>
    internal IEnumerable<string> Needed => new[] { Main, Vector, RightVector }.OfType<string>();

    /// <summary>The norms among names.</summary>
    internal static IEnumerable<NormGroup> In(IEnumerable<string> names, Func<string, bool> exists) =>
        names.Select(name => NormSpelling.Find(name, exists)).OfType<NormGroup>();

    private string Name(string format) => string.Format(CultureInfo.InvariantCulture, format, Layer, Parameter);
}
