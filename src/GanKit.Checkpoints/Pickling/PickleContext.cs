namespace GanKit.Checkpoints;

/// <summary>What a pickle is read in.</summary>
/// <param name="Budget">What the whole file may cost.</param>
/// <param name="Guard">What is refused in the whole file.</param>
/// <param name="FindPersistent">Finds what the pickle refers to outside of itself: the storages of torch.save.</param>
/// <param name="Nesting">How many files within files lie around the pickle.</param>
internal sealed record PickleContext(
    PickleBudget Budget, PickleGuard Guard, Func<object?, object?> FindPersistent, int Nesting = 0)
{
    // A storage saved in bytes is a file of its own; an honest one holds no further files.
    internal const int DeepestNesting = 4;

    /// <summary>For pickles that stand alone.</summary>
    internal PickleContext(PickleBudget budget)
        : this(budget, new(budget), RefuseReference)
    {
    }

    internal static object? RefuseReference(object? id) =>
        throw new CheckpointFormatException("it refers to an object outside of the file.");
}
