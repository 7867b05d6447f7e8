namespace GanKit.Resuming;

/// <summary>What may be another than in the run whose checkpoint is resumed from. Whatever is, is no longer that run to the last
/// bit.</summary>
[Flags]
public enum ResumeChanges
{
    /// <summary>Nothing: a difference is refused, and named.</summary>
    None = 0,

    /// <summary>
    /// Options of the trainer and its optimisers, and what the objective was made with: rates, schedules, losses, weights of
    /// penalties. An average, a loss scaler or
    /// an optimiser of another kind that is new begins anew.
    /// </summary>
    Options = 1,

    /// <summary>The data: the run begins a new epoch of those that it is given.</summary>
    Data = 2,

    /// <summary>The threads: libtorch keeps those that this process has. Else it gets those that the run had.</summary>
    Threads = 4,
}
