using static TorchSharp.torch;

namespace GanKit;

/// <summary>Decides which of a file's networks is meant.</summary>
internal static class StateDictChoice
{
    /// <exception cref="StateDictMismatchException">There is none of that key, or several and no key was given.</exception>
    internal static PyTorchStateDict Choose(PyTorchFile file, nn.Module module, PyTorchLoadOptions options)
    {
        if (options.Key is { } key)
        {
            return file.StateDicts.FirstOrDefault(candidate => candidate.Key == key)
                ?? file.StateDicts.Select(whole => whole.Part(key)).FirstOrDefault(part => part is not null)
                ?? throw new StateDictMismatchException($"{file.Name} has no weights under '{key}'. {Offer(file)}");
        }

        return file.StateDicts switch
        {
            [] => throw new StateDictMismatchException($"{file.Name} {NoneIn(file)}"),
            [var only] => only,
            // Not where the root holds other tensors beside the networks, such as fixed noise.
            [{ Key: "" } root, ..] when LoadPlan.Make(module, root, options).Matches.Count > 0 => root,
            var several => throw new StateDictMismatchException(
                $"{file.Name} holds several networks, and a key must say which. " +
                Offer(file) + Suggestion(several, module, options)),
        };
    }

    /// <summary>What a file without weights holds instead.</summary>
    internal static string NoneIn(PyTorchFile file)
    {
        const int Shown = 8;
        var root = new TreeBuilder().Build("", file.Root, "");
        var names = root.Children.Take(Shown).Select(child => $"'{Printable.Text(child.Name, 60)}'");
        var parts = string.Join(", ", root.Children.Count > Shown ? names.Append("...") : names);
        return $"holds no network's weights, but this: {root.Text}{(parts.Length > 0 ? $": {parts}" : "")}.";
    }

    private static string Offer(PyTorchFile file) => file.StateDicts switch
    {
        [] => "There are none at all.",
        [{ Key: "" } root] => $"All its {Words.Count(root.Count, "tensor")} are in its root: leave the key out.",
        var found => $"There are: {string.Join(", ", found.Take(20).Select(Describe))}.",
    };

    private static string Describe(PyTorchStateDict found) =>
        $"{(found.Key.Length == 0 ? "(root)" : $"'{found.Key}'")} ({Words.Count(found.Count, "tensor")})";

    private static string Suggestion(IReadOnlyList<PyTorchStateDict> several, nn.Module module, PyTorchLoadOptions options)
    {
        var fitting = several.Where(candidate => LoadPlan.Make(module, candidate, options).Fits).ToArray();
        return fitting switch
        {
            [] => "",
            [var only] => $" This {module.GetType().Name} fits: new() {{ Key = \"{only.Key}\" }}.",
            _ => $" This {module.GetType().Name} fits {string.Join(", ", fitting.Take(20).Select(Describe))}; " +
                $"choose with new() {{ Key = \"{fitting[0].Key}\" }}, for example.",
        };
    }
}
