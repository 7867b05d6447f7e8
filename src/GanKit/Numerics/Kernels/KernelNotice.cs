using System.Collections.Concurrent;
using System.Diagnostics;

namespace GanKit;

/// <summary>Tells, once for each reason, that the slower way of computing is taken.</summary>
internal static class KernelNotice
{
    private static readonly ConcurrentDictionary<string, bool> Said = new();

    /// <summary>Warns through <see cref="Trace"/>, unless it did so before.</summary>
    internal static void Say(string reason)
    {
        if (Said.TryAdd(reason, true))
            Trace.TraceWarning($"GanKit: {reason}. Optimisers then compute the same tensor by tensor, which takes longer.");
    }
}
