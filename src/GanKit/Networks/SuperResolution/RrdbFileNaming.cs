using System.Globalization;
using System.Text.RegularExpressions;

namespace GanKit;

/// <summary>
/// What RRDBNet's layers are called in files: as BasicSR or ESRGAN name them, or by the numbers of ESRGAN's first
/// release, for which this library's network takes ESRGAN's later names.
/// </summary>
internal sealed partial class RrdbFileNaming
{
    private RrdbFileNaming(RrdbNaming network, string description, bool numbered = false) =>
        (Network, Description, IsNumbered) = (network, description, numbered);

    internal static IReadOnlyList<RrdbFileNaming> All { get; } =
    [
        new(RrdbNaming.BasicSr, "BasicSR's names"),
        new(RrdbNaming.Original, "ESRGAN's names"),
        new(RrdbNaming.Original, "the numbers of ESRGAN's first release", numbered: true),
    ];

    /// <summary>What this library's network calls them.</summary>
    internal RrdbNaming Network { get; }

    internal string Description { get; }

    internal string First => IsNumbered ? "model.0" : "conv_first";

    internal string Last => IsNumbered ? "model.10" : "conv_last";

    private bool IsNumbered { get; }

    /// <summary>A convolution of a dense block; blocks count from 0, dense blocks and layers from 1.</summary>
    internal string DenseConvolution(int block, int dense, int layer) => IsNumbered
        ? $"model.1.sub.{block}.RDB{dense}.conv{layer}.0"
        : $"{Network.Trunk}.{block}.{Network.DenseBlock}{dense}.conv{layer}";

    /// <summary>The convolutions from the trunk's end to the last but one.</summary>
    internal IEnumerable<string> Middle(int blocks) => IsNumbered
        ? [$"model.1.sub.{blocks}", "model.3", "model.6", "model.8"]
        : NamesInNetwork;

    /// <summary>From the names in files to those in this library's network.</summary>
    internal KeyMap MapOf(int blocks)
    {
        if (!IsNumbered)
            return new();
        var names = Middle(blocks).Append(First).Append(Last)
            .Zip(NamesInNetwork.Append("conv_first").Append("conv_last"))
            .ToDictionary(pair => pair.First, pair => pair.Second);
        return new KeyMap().Apply(key =>
        {
            if (NumberedConvolution().Match(key) is { Success: true } match)
            {
                var block = int.Parse(match.Groups["block"].Value, CultureInfo.InvariantCulture);
                return $"{Network.Trunk}.{block}.{match.Groups["rest"].Value}.{match.Groups["part"].Value}";
            }

            var dot = key.LastIndexOf('.');
            return dot > 0 && names.TryGetValue(key[..dot], out var name) ? name + key[dot..] : key;
        });
    }

    /// <summary>The other namings that a network's files may have: their names, and what this one calls them.</summary>
    internal static IEnumerable<(string Naming, IReadOnlyDictionary<string, string> ToNetwork)> Others(RrdbGenerator network)
    {
        var own = All.First(naming => naming.Network == network.Naming && !naming.IsNumbered).Names(network.Blocks);
        return All.Where(naming => naming.IsNumbered || naming.Network != network.Naming).Select(
            naming => (naming.Description, (IReadOnlyDictionary<string, string>)naming.Names(network.Blocks).Zip(own)
                .ToDictionary(pair => pair.First, pair => pair.Second)));
    }

    public override string ToString() => Description;

    private IEnumerable<string> Names(int blocks) => Enumerable.Range(0, blocks)
        .SelectMany(block => Enumerable.Range(1, 3).SelectMany(dense => Enumerable.Range(1, 5).Select(layer => DenseConvolution(block, dense, layer))))
        .Prepend(First).Concat(Middle(blocks)).Append(Last).SelectMany(layer => new[] { $"{layer}.weight", $"{layer}.bias" });

    private string[] NamesInNetwork =>
        [Network.AfterTrunk, Network.FirstDoubling, Network.SecondDoubling, Network.HighResolution];

    [GeneratedRegex(@"^model\.1\.sub\.(?<block>\d{1,6})\.(?<rest>RDB\d\.conv\d)\.0\.(?<part>weight|bias)$")]
    private static partial Regex NumberedConvolution();
}
