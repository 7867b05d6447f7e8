using System.Text.RegularExpressions;

namespace GanKit.Tests.PyTorch;

/// <summary>What files of ESRGAN's generator call the weights that BasicSR, and this library's network, call otherwise.</summary>
internal static partial class EsrganNames
{
    /// <summary>The three namings, from the network's names to the file's.</summary>
    internal static IReadOnlyDictionary<string, Func<string, int, string>> All { get; } = new Dictionary<string, Func<string, int, string>>
    {
        ["BasicSR's names"] = (name, _) => name,
        ["ESRGAN's names"] = (name, _) => Original(name),
        ["the numbers of ESRGAN's first release"] = Numbered,
    };

    internal static string Original(string name) => name
        .Replace("conv_body", "trunk_conv", StringComparison.Ordinal).Replace("body.", "RRDB_trunk.", StringComparison.Ordinal)
        .Replace("rdb", "RDB", StringComparison.Ordinal).Replace("conv_up", "upconv", StringComparison.Ordinal)
        .Replace("conv_hr", "HRconv", StringComparison.Ordinal);

    internal static string Numbered(string name, int blocks) => Dense().Replace(name, "model.1.sub.$1.RDB$2.conv$3.0.")
        .Replace("conv_first", "model.0", StringComparison.Ordinal)
        .Replace("conv_body", $"model.1.sub.{blocks}", StringComparison.Ordinal)
        .Replace("conv_up1", "model.3", StringComparison.Ordinal).Replace("conv_up2", "model.6", StringComparison.Ordinal)
        .Replace("conv_hr", "model.8", StringComparison.Ordinal).Replace("conv_last", "model.10", StringComparison.Ordinal);

    [GeneratedRegex(@"^body\.(\d+)\.rdb(\d)\.conv(\d)\.")]
    private static partial Regex Dense();
}
