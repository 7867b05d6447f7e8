namespace GanKit.Resuming;

/// <summary>Compares what a run was made with to what a trainer was made with.</summary>
internal static class RunDifferences
{
    private const int Named = 6;

    // What a state has where an option asks for it.
    private static readonly (string? Network, string Part)[] ByOption =
        [(null, "average"), ("generator", "scaler"), ("discriminator", "scaler"), ("generator", "optimizer"), ("discriminator", "optimizer")];

    /// <exception cref="ArgumentException">There are differences that are not allowed; the message names them.</exception>
    internal static void Require(ITrainer trainer, TrainingCheckpoint checkpoint, ResumeChanges allow)
    {
        var differences = Find(checkpoint.Record.Description, Describe(trainer)).ToArray();
        var networks = Array.FindAll(differences, difference => IsOfNetworks(difference.Path));
        if (networks.Length > 0)
            throw Refusal("the architecture is another", networks, "Make the networks as in the run.");
        if (differences.Length > 0 && !allow.HasFlag(ResumeChanges.Options))
        {
            throw Refusal("options are not those of the run", differences,
                $"Give those of the run, or allow the change with {nameof(ResumeChanges)}.{nameof(ResumeChanges.Options)}.");
        }

        ArgumentException Refusal(string what, (string Path, string Then, string Now)[] all, string advice) => new(
            $"The trainer can't go on from the checkpoint '{checkpoint.FolderPath}', and nothing was changed: {what}. "
            + string.Join("; ", all.Take(Named).Select(difference => $"{difference.Path} was {difference.Then}, and is {difference.Now} here"))
            + (all.Length > Named ? $"; and {all.Length - Named} more. " : ". ") + advice);
    }

    /// <summary>What the trainer was made with.</summary>
    internal static SortedDictionary<string, string> Describe(ITrainer trainer)
    {
        if (trainer is IRunParts parts)
            return parts.Describe();
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Description.AddNetwork(all, "generator", trainer.Generator);
        Description.AddNetwork(all, "discriminator", trainer.Discriminator);
        return all;
    }

    /// <summary>Makes a state fit a trainer where what differs is allowed.</summary>
    internal static void Adapt(ITrainer trainer, State state, ResumeChanges allow)
    {
        if (allow.HasFlag(ResumeChanges.Data) && state.TryGetValue("fit", out var fit) && fit is State parts)
        {
            foreach (var (name, value) in new (string, object?)[] { ("epoch_steps", 0L), ("epoch_ended", false), ("data", null) })
            {
                parts.Remove(name);
                parts.Add(name, value);
            }
        }

        if (!allow.HasFlag(ResumeChanges.Options))
            return;
        using var made = trainer.SaveState();
        foreach (var (network, part) in ByOption)
        {
            var (from, to) = (Within(made, network), Within(state, network));
            if (from is null || to is null)
                continue;
            var here = from.TryGetValue(part, out var own);
            if (here && to.TryGetValue(part, out var saved) && (part != "optimizer" || Equals(KindOf(own), KindOf(saved))))
                continue;
            to.Remove(part);
            if (here)
                to.Add(part, ((State)own!).Copy());
        }

        static State? Within(State state, string? name) => name is null ? state : state.TryGetValue(name, out var inner) ? inner as State : null;

        static object? KindOf(object? optimizer) => (optimizer as State)?.TryGetValue("kind", out var kind) == true ? kind : null;
    }

    private static IEnumerable<(string Path, string Then, string Now)> Find(
        SortedDictionary<string, string> then, SortedDictionary<string, string> now) =>
        from path in then.Keys.Union(now.Keys)
        let was = then.GetValueOrDefault(path, "nothing")
        let @is = now.GetValueOrDefault(path, "nothing")
        where was != @is
        orderby path
        select (path, was, @is);

    private static bool IsOfNetworks(string path) =>
        path is "generator" or "discriminator" || path.StartsWith("generator/", StringComparison.Ordinal) || path.StartsWith("discriminator/", StringComparison.Ordinal);
}
