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
            [] => throw new StateDictMismatchException($"{file.Name} holds no network's weights."),
            [var only] => only,
            // Not where the root holds other tensors beside the networks, such as fixed noise.
            [{ Key: "" } root, ..] when LoadPlan.Make(module, root, options).Matches.Count > 0 => root,
            var several => throw new StateDictMismatchException(
                $"{file.Name} holds several networks, and a key must say which. " +
                Offer(file) + Suggestion(several, module, options)),
        };
    }

    private static string Offer(PyTorchFile file)
    {
        var known = file.StateDicts.Take(20).Select(found => $"'{found.Key}' ({found.Count} tensors)");
        return file.StateDicts.Count == 0 ? "There are none at all." : $"There are: {string.Join(", ", known)}.";
    }

    private static string Suggestion(IReadOnlyList<PyTorchStateDict> several, nn.Module module, PyTorchLoadOptions options)
    {
        var fitting = several.Where(candidate => LoadPlan.Make(module, candidate, options).Fits).Take(3).ToArray();
        return fitting.Length == 0 ? "" : $" This {module.GetType().Name} fits: new() {{ Key = \"{fitting[0].Key}\" }}.";
    }
}
