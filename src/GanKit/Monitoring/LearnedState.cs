namespace GanKit.Monitoring;

/// <summary>The state of what a trainer has learnt, kept in memory: networks, averages and optimisers, without data and callbacks.</summary>
internal static class LearnedState
{
    /// <summary>Takes it; the caller's to dispose.</summary>
    internal static State Of(ITrainer trainer)
    {
        if (trainer is IRunParts parts)
            return parts.SaveLearned();
        var state = trainer.SaveState();
        state.Remove("fit");
        return state;
    }

    /// <summary>Brings a trainer back to it, in the middle of a run whose steps are counted on.</summary>
    internal static void Restore(ITrainer trainer, State state)
    {
        if (trainer is IRunParts parts)
            parts.GoBack(state);
        else
            trainer.LoadState(state);
    }
}
