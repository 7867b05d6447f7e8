using System.ComponentModel;
namespace GanKit;

/// <summary>Takes the state of a part, and gives it back.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class StatefulExtensions
{
    /// <summary>Takes a snapshot of all that the part's <see cref="IStateful.VisitState"/> names.</summary>
    /// <param name="part">A trainer, an image pool, batches, or a part of your own.</param>
    /// <returns>Copies, on the devices of their originals; dispose it to free them.</returns>
    public static State SaveState(this IStateful part)
    {
        ArgumentNullException.ThrowIfNull(part);
        var state = new State();
        try
        {
            part.VisitState(StateVisitor.Saving(state));
            return state;
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    /// <summary>Brings the part to where it was when the snapshot was taken, of it or of another part that was made alike.</summary>
    /// <remarks>Values are copied: the state stays yours, and can be loaded again.</remarks>
    /// <param name="part">The part.</param>
    /// <param name="state">The result of <see cref="SaveState"/>.</param>
    /// <exception cref="ArgumentException">
    /// An entry is missing, left over, or of another kind, shape or type; the message names them. Nothing has changed then.
    /// </exception>
    public static void LoadState(this IStateful part, State state)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(state);
        Load(part, state, $"The state does not fit this {part.GetType().Name.Split('`')[0]}, and nothing was changed");
    }

    /// <summary>The same, with the caller's message for a state that does not fit.</summary>
    internal static void Load(IStateful part, State state, string refusal)
    {
        var faults = new List<string>();
        var check = StateVisitor.Checking(state, faults);
        part.VisitState(check);
        check.RefuseTheRest();
        if (faults.Count > 0)
        {
            const int Named = 5;
            throw new ArgumentException(
                $"{refusal}: {string.Join("; ", faults.Take(Named))}"
                + (faults.Count > Named ? $"; and {faults.Count - Named} more." : "."), nameof(state));
        }

        part.VisitState(StateVisitor.Loading(state));
    }
}
