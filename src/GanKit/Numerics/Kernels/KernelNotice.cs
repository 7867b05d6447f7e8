using System.Collections.Concurrent;
using System.Diagnostics;

namespace GanKit;

/// <summary>Warns through <see cref="Trace"/>, once for each reason: of slower kernels, and of pictures that lost something.</summary>
internal static class KernelNotice
{
    /// <summary>What follows for optimisers.</summary>
    internal const string TensorByTensor = "Optimisers then compute the same tensor by tensor, which takes longer.";

    private static readonly ConcurrentDictionary<string, bool> Said = new();

    /// <summary>Warns through <see cref="Trace"/>, unless it did so before.</summary>
    internal static void Say(string reason, string consequence)
    {
        if (Said.TryAdd(reason, true))
            Trace.TraceWarning($"GanKit: {reason}. {consequence}");
    }

    /// <summary>Whether a reason was told that has these words.</summary>
    internal static bool HasSaid(string words) =>
        Said.Keys.Any(reason => reason.Contains(words, StringComparison.Ordinal));
}
