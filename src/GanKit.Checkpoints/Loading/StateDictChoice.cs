using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>Decides which of a file's networks is meant, and under which names.</summary>
internal static class StateDictChoice
{
    /// <summary>
    /// The one that fits, of an average and raw weights the average; where none fits, what comes nearest in the only one there
    /// is.
    /// </summary>
    /// <exception cref="StateDictMismatchException">
    /// There is none of that key, or several and no key was given and not one alone fits.
    /// </exception>
    internal static LoadPlan Choose(PyTorchFile file, nn.Module module, PyTorchLoadOptions options)
    {
        var target = new LoadTarget(module, options);
        var places = options.Key is { } key ? [Meant(file, key)] : file.StateDicts;
        if (places.Count == 0)
            throw new StateDictMismatchException($"{file.Name} holds no network's weights, but this: {file}.");
        var fitting = Preferred(places.SelectMany(place => Fitting(place, target, options)));
        if (fitting is [var chosen])
            return WithWords(chosen, file, places, target, options);
        if (fitting.Count == 0)
        {
            var first = Nearest(places[0], target, options);
            if (places.Count == 1)
                return WithWords(first, file, places, target, options);

            // Not where the root holds other tensors beside the networks, such as fixed noise.
            if (first is { File.Key: "", Matches.Count: > 0 } root)
                return root;

            // A state dict with far fewer tensors has less than half of the network's, whatever the names of its norms.
            if (!options.Strict && Preferred(places.Where(place => 8 * place.Count >= target.Weights.Count)
                .Select(place => Nearest(place, target, options))
                .Where(plan => plan.Mismatched.Count == 0 && 2 * plan.Matches.Count >= plan.Network.Count)) is [var partly])
                return WithWords(partly, file, places, target, options);
        }

        throw new StateDictMismatchException(
            $"{file.Name} holds several networks, and a key must say which. {Offer(file)}{Suggestion(fitting, module)}");
    }

    /// <summary>The weights that a key means: a state dict, or those of one whose names begin so.</summary>
    private static PyTorchStateDict Meant(PyTorchFile file, string key) =>
        file.StateDicts.Concat(file.OtherTensors).FirstOrDefault(candidate => candidate.Key == key)
            ?? file.StateDicts.SelectMany(whole => new[] { whole, whole.WithoutWrappers() })
                .Select(whole => whole.Part(key)).FirstOrDefault(part => part is not null)
            ?? throw new StateDictMismatchException($"{file.Name} has no weights under '{key}'. {Offer(file)}");

    private static IEnumerable<LoadPlan> Fitting(PyTorchStateDict place, LoadTarget target, PyTorchLoadOptions options)
    {
        var asItIs = LoadPlan.Make(target, place, options);
        if (asItIs.Fits)
            return [asItIs];
        // A key map is written for the names in the file; at most wrappers may come off before it.
        var views = IsMapped(place, options) ? [place.WithoutWrappers()] : StateDictViews.Of(place, target);
        return views.Select(view => LoadPlan.Make(target, view, options)).Where(plan => plan.Fits);
    }

    private static bool IsMapped(PyTorchStateDict place, PyTorchLoadOptions options) =>
        place.Keys.Any(name => options.KeyMap.Map(name) != name);

    private static LoadPlan Nearest(PyTorchStateDict place, LoadTarget target, PyTorchLoadOptions options) =>
        StateDictViews.Near(place, target, IsMapped(place, options)).Select(view => LoadPlan.Make(target, view, options))
            .MaxBy(plan => plan.Matches.Count)!;

    /// <summary>Raw weights give way to an average of the same network, and copies to the first of them.</summary>
    private static IReadOnlyList<LoadPlan> Preferred(IEnumerable<LoadPlan> plans)
    {
        var sources = new SourceSet();
        var different = plans
            .Where(plan => sources.Add(plan.Matches.Select(match => match.Source.Place))).ToArray();
        return Averages.Prefer(different, plan => plan.File.Key, IsAverage);
    }

    private static bool IsAverage(LoadPlan plan) => plan.File.IsAverage;

    /// <summary>Says what was taken, and instead of what.</summary>
    private static LoadPlan WithWords(
        LoadPlan chosen, PyTorchFile file, IReadOnlyList<PyTorchStateDict> places, LoadTarget target, PyTorchLoadOptions options)
    {
        chosen.Report.IsAverage = IsAverage(chosen);
        if (chosen.Report.IsAverage)
        {
            var raw = places.SelectMany(place => Fitting(place, target, options)).FirstOrDefault(plan => !IsAverage(plan));
            chosen.Report.NoteList.Insert(0, raw is null ? Averages.Note : Averages.NoteInsteadOf(raw.File.Key));
        }
        else if (options.Key is null && file.StateDicts.Count > 1)
        {
            chosen.Report.NoteList.Insert(0, $"of {file.StateDicts.Count} networks in the file, this is the one that fits");
            var role = Averages.Role(chosen.File.Key);
            if (file.StateDicts.FirstOrDefault(other => other.IsAverage && Averages.Role(other.Key) == role) is { } average)
                chosen.Report.NoteList.Insert(0, $"the averaged weights under '{average.Key}' do not fit, and raw ones were taken");
        }

        return chosen;
    }

    private static string Offer(PyTorchFile file) => file.StateDicts switch
    {
        [] => "There are none at all.",
        [{ Key: "" } root] => $"All its {Words.Count(root.Count, "tensor")} are in its root: leave the key out.",
        var found => $"There are: {string.Join(", ", found.OrderByDescending(other => other.IsAverage).Take(20).Select(Describe))}.",
    };

    private static string Describe(PyTorchStateDict found) =>
        $"{(found.Key.Length == 0 ? "(root)" : $"'{found.Key}'")} ({Words.Count(found.Count, "tensor")})";

    private static string Suggestion(IReadOnlyList<LoadPlan> fitting, nn.Module module) => fitting switch
    {
        [] => "",
        _ => $" This {module.GetType().Name} fits {string.Join(", ", fitting.Take(20).Select(plan => Describe(plan.File)))}; " +
            $"choose with new() {{ Key = \"{fitting[0].File.Key}\" }}, for example.",
    };
}
