using System.CommandLine;
using System.Globalization;

namespace GanKit.Benchmarks;

/// <summary>Options that commands have in common, with checks that say what is allowed.</summary>
internal static class BenchmarkOptions
{
    /// <summary>Rounds of a comparison with another build, unless told otherwise.</summary>
    internal const int BaselineRounds = 5;

    internal static Option<string> OneOf(string name, string description, string[] allowed, string? value = null)
    {
        var option = new Option<string>(name)
        {
            Description = $"{description}: {string.Join(", ", allowed)}.",
            Required = value is null,
        };
        if (value is not null)
            option.DefaultValueFactory = _ => value;
        return option.AcceptOnlyFromAmong(allowed);
    }

    internal static Option<int> Count(string name, string description, int value, int least = 1)
    {
        var option = new Option<int>(name) { HelpName = "N", Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[^1].Value, out var given) && given < least)
                result.AddError($"{name} is {given}, but must be at least {least}.");
        });
        return option;
    }

    internal static Option<int?> OptionalCount(string name, string description)
    {
        var option = new Option<int?>(name) { HelpName = "N", Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[^1].Value, out var given) && given < 1)
                result.AddError($"{name} is {given}, but must be at least 1.");
        });
        return option;
    }

    internal static Option<int> Threads() => Count("--threads", "libtorch's threads.", 2);

    internal static Option<string> Precision() =>
        OneOf("--precision", "What convolutions and products are computed in", ["f32", "bf16"], "f32");

    internal static Option<string> Layout() => OneOf("--layout", "How images lie in memory", ["nchw", "nhwc"], "nchw");

    internal static Option<string> Implementation() => OneOf("--impl", "The implementation", ["gankit", "torchsharp"], "gankit");

    internal static Option<DirectoryInfo> Baseline() => new("--baseline")
    {
        HelpName = "FOLDER",
        Description = "Compare with the build of these benchmarks in this folder; it may be another commit's.",
    };

    /// <summary>Writes options as they are to be given to another process.</summary>
    internal static IEnumerable<string> Spell(ParseResult line, params IEnumerable<Option> options) => options.SelectMany(
        option => (string[])[option.Name, Convert.ToString(
            line.GetResult(option)!.GetValueOrDefault<object>(), CultureInfo.InvariantCulture)!]);
}
