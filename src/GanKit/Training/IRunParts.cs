namespace GanKit;

/// <summary>What a trainer tells of its run to what writes it to files.</summary>
internal interface IRunParts
{
    /// <summary>Whether the run is where its state can be taken: no step is going on, or broke off.</summary>
    bool IsBetweenSteps { get; }

    /// <summary>What networks, objective, options and optimisers were made with, as texts by their paths.</summary>
    SortedDictionary<string, string> Describe();
}
