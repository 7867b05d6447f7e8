using System.Globalization;

namespace GanKit.Checkpoints;

/// <summary>
/// One of the ways in which the parts of a normalised weight are named: <c>{0}</c> is the layer with its dot, <c>{1}</c> its
/// parameter.
/// </summary>
/// <param name="Main">The weight before normalisation; of a weight norm the direction.</param>
/// <param name="Vector">The left singular vector; of a weight norm the length.</param>
internal sealed record NormSpelling(string Main, string Vector)
{
    private const string Parametrized = "parametrizations.";

    private static readonly string[] EndingsOfParametrized = [".original", ".original0", ".original1", ".0._u", ".0._v"];
    private static readonly string[] EndingsOfHooks = ["_orig", "_bar", "_g", "_u", "_v"];

    /// <summary>The right singular vector, where it is saved.</summary>
    internal string? RightVector { get; private init; }

    /// <summary>The normalised weight, where it is saved.</summary>
    internal string? Divided { get; private init; }

    /// <summary>Entries that are not needed.</summary>
    internal string[] Spare { get; private init; } = [];

    internal bool IsSpectral { get; private init; } = true;

    /// <summary>
    /// Whether a forward pass begins with a step of the power iteration, in evaluation mode too, and so needs no other vector.
    /// </summary>
    internal bool StepsFirst { get; private init; }

    internal required string Description { get; init; }

    /// <summary>Those of spectral norms; the first is this library's.</summary>
    internal static IReadOnlyList<NormSpelling> Spectral { get; } =
    [
        new("{0}parametrizations.{1}.original", "{0}parametrizations.{1}.0._u")
        {
            RightVector = "{0}parametrizations.{1}.0._v", Description = "PyTorch's parametrizations.spectral_norm",
        },
        new("{0}{1}_orig", "{0}{1}_u")
        {
            RightVector = "{0}{1}_v", Divided = "{0}{1}", Description = "torch.nn.utils.spectral_norm",
        },
        new("{0}{1}_bar", "{0}{1}_u")
        {
            RightVector = "{0}{1}_v", StepsFirst = true, Description = "SAGAN's PyTorch code (weight_bar)",
        },
        new("{0}{1}", "{0}sn_u") { StepsFirst = true, Spare = ["{0}sn_sigma"], Description = "mimicry (sn_u)" },
        new("{0}{1}", "{0}u0")
        {
            StepsFirst = true, Spare = ["{0}sv0", "{0}u1", "{0}sv1", "{0}u2", "{0}sv2"], Description = "BigGAN-PyTorch (u0)",
        },
    ];

    /// <summary>The two of PyTorch's weight norm.</summary>
    internal static IReadOnlyList<NormSpelling> Weight { get; } =
    [
        new("{0}{1}_v", "{0}{1}_g") { IsSpectral = false, Description = "torch.nn.utils.weight_norm" },
        new("{0}parametrizations.{1}.original1", "{0}parametrizations.{1}.original0")
        {
            IsSpectral = false, Description = "PyTorch's parametrizations.weight_norm",
        },
    ];

    /// <summary>The norm whose vector or length has this name, if the weight is there too.</summary>
    internal static NormGroup? Find(string name, Func<string, bool> exists)
    {
        foreach (var spelling in Spectral.Concat(Weight))
        {
            if (spelling.Read(name) is { } group && exists(group.Main))
                return group;
        }

        return null;
    }

    /// <summary>
    /// The name of a weight without a norm: <c>conv.weight</c> for <c>conv.weight_orig</c> and
    /// <c>conv.parametrizations.weight.original</c>.
    /// </summary>
    internal static string Stem(string name) =>
        EndingsOfParametrized.Select(ending => Split(name, Parametrized, ending))
            .Concat(EndingsOfHooks.Select(ending => Split(name, "", ending)))
            .FirstOrDefault(found => found is not null) is var (layer, parameter) ? layer + parameter : name;

    private NormGroup? Read(string name)
    {
        if (Vector.IndexOf("{1}", StringComparison.Ordinal) is >= 0 and var at)
        {
            return Split(name, Vector[3..at], Vector[(at + 3)..]) is var (layer, parameter)
                ? new(this, layer, parameter) : null;
        }

        var ending = Vector[3..];
        return name.EndsWith(ending, StringComparison.Ordinal) && name[..^ending.Length] is var start
            && (start.Length == 0 || start.EndsWith('.')) ? new(this, start, "weight") : null;
    }

    /// <summary>Reads <c>layer.before.parameter.ending</c>.</summary>
    private static (string Layer, string Parameter)? Split(string name, string before, string ending)
    {
        if (!name.EndsWith(ending, StringComparison.Ordinal))
            return null;
        var whole = name[..^ending.Length];
        var dot = whole.LastIndexOf('.') + 1;
        var (layer, parameter) = (whole[..dot], whole[dot..]);
        if (parameter.Length == 0 || !layer.EndsWith(before, StringComparison.Ordinal))
            return null;
        layer = layer[..^before.Length];
        return layer.Length == 0 || layer.EndsWith('.') ? (layer, parameter) : null;
    }
}

/// <summary>The parts of one normalised weight, in a file or a network.</summary>
internal sealed record NormGroup(NormSpelling Spelling, string Layer, string Parameter)
{
    internal string Main => Name(Spelling.Main);

    internal string Vector => Name(Spelling.Vector);

    internal string? RightVector => Spelling.RightVector is { } name ? Name(name) : null;

    internal string? Divided => Spelling.Divided is { } name ? Name(name) : null;

    /// <summary>The weight's name without a norm.</summary>
    internal string Plain => $"{Layer}{Parameter}";

    /// <summary>Its parts, with those that may be absent.</summary>
    internal IEnumerable<string> Names => Needed.Append(Divided).OfType<string>().Concat(Spelling.Spare.Select(Name));

    /// <summary>The tensors that a network computes it from: all of them are loaded, or none.</summary>
    internal IEnumerable<string> Needed => new[] { Main, Vector, RightVector }.OfType<string>();

    /// <summary>The norms among names.</summary>
    internal static IEnumerable<NormGroup> In(IEnumerable<string> names, Func<string, bool> exists) =>
        names.Select(name => NormSpelling.Find(name, exists)).OfType<NormGroup>();

    private string Name(string format) => string.Format(CultureInfo.InvariantCulture, format, Layer, Parameter);
}
