using System.Text;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>Says what does not fit between a file and a network, and what may be the cause.</summary>
internal static partial class MismatchExplanation
{
    private const int Shown = 8;

    internal static string Of(LoadPlan plan, PyTorchFile file, nn.Module module, PyTorchLoadOptions options)
    {
        var text = new StringBuilder(
            $"{file.Name}{(plan.File.Key.Length > 0 ? $", '{plan.File.Key}'," : "")} does not fit " +
                $"this {module.GetType().Name}.");
        List("missing from the file",
            [.. plan.Missing.Select(name => $"{name} {TensorExtensions.DescribeShape(plan.Network[name].shape)}")]);
        List("unexpected in the file", plan.Unexpected);
        List(plan.Mismatched.Exists(HasSameSizes) ? "of another kind or size" : "of another size",
            [.. plan.Mismatched.Select(DescribeMismatch)]);
        foreach (var advice in MismatchAdvice.For(plan.File, module))
            text.Append($"\n{advice}");
        foreach (var note in plan.Report.Notes)
            text.Append($"\nAs compared, {note}.");
        foreach (var hint in Hints(plan, file, module, options))
            text.Append($"\n{hint}");
        return text.Append("\nThe network is as it was.").Append(NativeAot.Hint(module)).ToString();

        void List(string what, IReadOnlyList<string> names)
        {
            if (names.Count == 0)
                return;
            text.Append($"\n{names.Count} {what}: {string.Join(", ", names.Take(Shown))}");
            text.Append(names.Count > Shown ? $" and {names.Count - Shown} more." : ".");
        }
    }

    private static string DescribeMismatch((string Name, PyTorchTensor Source, Tensor Weight) pair) =>
        $"{pair.Name} {TensorExtensions.DescribeShape([.. pair.Source.Shape])} {pair.Source.Dtype} in the file, " +
        $"{pair.Weight.Describe()} {PyTorchDtype.Of(pair.Weight.dtype)} in the network";

    /// <summary>Tries what most often goes wrong; a hint is given only where its cure helps.</summary>
    private static IEnumerable<string> Hints(LoadPlan plan, PyTorchFile file, nn.Module module, PyTorchLoadOptions options)
    {
        var plain = new LoadTarget(module, new());
        var isMapped = plan.File.Keys.Any(key => options.KeyMap.Map(key) != key);
        if (isMapped && LoadPlan.Make(new(module, options), plan.File, options with { KeyMap = new() }).Fits)
        {
            yield return "Without the key map, it fits.";
            yield break;
        }

        if (FittingPart(plan, plain) is { } part)
        {
            yield return $"The weights under '{part.Key}' do fit. Try new() {{ Key = \"{part.Key}\" }}.";
            yield break;
        }

        if (BetterPrefix(plan) is { } prefix)
        {
            var (whose, verb) = prefix.InFile ? ("The file's", "StripPrefix") : ("The network's", "AddPrefix");
            var origin = prefix is { InFile: true, Text: "module." } ? ", as DataParallel saves them" : "";
            var cure = $".{verb}(\"{prefix.Text}\")";
            var chosen = options.Key is null ? "" : $"Key = \"{options.Key}\", ";
            yield return $"{whose} names begin with '{prefix.Text}'{origin}. Try " + (isMapped
                ? $"{cure} at the end of the key map." : $"new() {{ {chosen}KeyMap = new KeyMap(){cure} }}.");
            yield break;
        }

        if (plan.Missing.Concat(plan.Unexpected).Any(IsOfSpectralNorm))
        {
            yield return "One has spectral norms that the other has not, or not whole: besides the weight and u, a file needs v " +
                "or the divided weight.";
            yield break;
        }

        if (plan.Missing.Count > 0 && CheckpointFolder.IsOneOfSeveral(file.Name))
        {
            yield return "By its name, the file is one of several. Load their folder, or its index.";
            yield break;
        }

        foreach (var other in file.StateDicts.Where(other => other.Key != plan.File.Key).OrderByDescending(other => other.IsAverage)
            .Where(other => LoadPlan.Make(plain, other, new()).Fits).Take(Shown))
            yield return $"The weights under '{other.Key}' do fit. Try new() {{ Key = \"{other.Key}\" }}.";

        if (plan.Missing.Count + plan.Unexpected.Count == 0 && plan.Mismatched.Exists(HasSameSizes))
            yield return "Complex numbers do not go into real ones, nor real ones into complex ones.";
        else if (plan.Missing.Count + plan.Unexpected.Count == 0)
            yield return "All names agree and sizes do not: the file's network has another width, or other numbers of " +
                "channels.";
        else if (plan.Unexpected.Count > 0 && plan.Unexpected.All(IsStatistic))
            yield return "The file has running statistics and the network has not: the file's network has batch norm, " +
                "or instance norm with statistics.";
        else if (plan.Missing.Count > 0 && plan.Missing.All(IsStatistic))
            yield return "The network has running statistics and the file has not: the file's network has another norm.";
        else if (DiffersInNumbersAlone(plan))
            yield return "Names differ in their numbers alone: the file's network has another number of blocks, or " +
                "other layers between them (dropout, norms).";
    }

    /// <summary>
    /// One of several networks in the state dict, under a prefix that the others have not, if it fits by itself.
    /// </summary>
    private static PyTorchStateDict? FittingPart(LoadPlan plan, LoadTarget target)
    {
        if (plan.Missing.Count == 0)
            return null;
        var start = plan.File.Key.Length == 0 ? "" : $"{plan.File.Key}.";
        var ending = $".{plan.Missing[0]}";
        return plan.File.Keys.Where(name => name.EndsWith(ending, StringComparison.Ordinal)).Take(Shown)
            .Select(name => plan.File.Part(start + name[..^ending.Length])!).OrderByDescending(other => other.IsAverage)
            .FirstOrDefault(part => part.Count < plan.File.Count && LoadPlan.Make(target, part, new()).Fits);
    }

    private static bool IsOfSpectralNorm(string name) => name.EndsWith("weight_orig", StringComparison.Ordinal)
        || name.EndsWith("weight_bar", StringComparison.Ordinal) || name.EndsWith(".0._u", StringComparison.Ordinal);

    private static bool HasSameSizes((string Name, PyTorchTensor Source, Tensor Weight) pair) =>
        pair.Source.Shape.SequenceEqual(pair.Weight.shape);

    /// <summary>A beginning whose removal (or addition) makes at least half of the names agree that did not.</summary>
    private static (string Text, bool InFile)? BetterPrefix(LoadPlan plan)
    {
        return Find(plan.Unexpected, plan.Missing) is { } inFile ? (inFile, true)
            : Find(plan.Missing, plan.Unexpected) is { } inNetwork ? (inNetwork, false)
            : null;

        static string? Find(List<string> longer, List<string> shorter)
        {
            var names = shorter.ToHashSet();
            return longer.Take(Shown)
                .SelectMany(name => Dots().Matches(name).Select(dot => name[..(dot.Index + 1)]))
                .Distinct()
                .FirstOrDefault(prefix => 2 * longer.Count(name =>
                    name.StartsWith(prefix, StringComparison.Ordinal)
                        && names.Contains(name[prefix.Length..])) > longer.Count);
        }
    }

    private static bool IsStatistic(string name) => Statistic().IsMatch(name);

    private static bool DiffersInNumbersAlone(LoadPlan plan)
    {
        var known = plan.Network.Keys.Concat(plan.File.Keys).Except(plan.Missing).Except(plan.Unexpected)
            .Concat(plan.Missing.Intersect(plan.Unexpected)).Select(WithoutNumbers).ToHashSet();
        var inFile = plan.File.Keys.Select(WithoutNumbers).ToHashSet();
        var inNetwork = plan.Network.Keys.Select(WithoutNumbers).ToHashSet();
        return known.Count > 0 && inFile.SetEquals(inNetwork);
    }

    private static string WithoutNumbers(string name) => Numbers().Replace(name, "#");

    [GeneratedRegex(@"\.")]
    private static partial Regex Dots();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"\.(running_mean|running_var|num_batches_tracked)$")]
    private static partial Regex Statistic();
}
