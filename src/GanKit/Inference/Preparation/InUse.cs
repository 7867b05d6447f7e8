using System.Runtime.CompilerServices;

namespace GanKit;

/// <summary>What one call alone may do with modules, until it is disposed.</summary>
internal sealed class InUse : IDisposable
{
    private readonly IReadOnlyList<StrongBox<int>> _uses;

    private InUse(IReadOnlyList<StrongBox<int>> uses) => _uses = uses;

    /// <summary>Begins, unless one of them is in use.</summary>
    /// <param name="uses">One of each module, which is 1 where it is in use and otherwise 0.</param>
    /// <returns>Nothing, where one is.</returns>
    internal static InUse? TryBegin(IReadOnlyList<StrongBox<int>> uses)
    {
        for (var i = 0; i < uses.Count; i++)
        {
            if (Interlocked.Exchange(ref uses[i].Value, 1) == 0)
                continue;
            End(uses.Take(i));
            return null;
        }

        return new(uses);
    }

    public void Dispose() => End(_uses);

    private static void End(IEnumerable<StrongBox<int>> uses)
    {
        foreach (var use in uses)
            Volatile.Write(ref use.Value, 0);
    }
}
