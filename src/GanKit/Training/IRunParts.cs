namespace GanKit;

/// <summary>What a trainer tells of its run to what writes it to files.</summary>
internal interface IRunParts
{
    /// <summary>Whether the run is where its state can be taken: no step is going on, or broke off.</summary>
    bool IsBetweenSteps { get; }

    /// <summary>What networks, objective, options and optimisers were made with, as texts by their paths.</summary>
    SortedDictionary<string, string> Describe();

    /// <summary>The state without the data's and the callbacks'; the caller's to dispose.</summary>
    State SaveLearned();

    /// <summary>Loads such a state; the run's counts and warnings go on.</summary>
    void GoBack(State state);
}
