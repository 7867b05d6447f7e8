using System.Diagnostics;

namespace GanKit;

/// <summary>Warns through <see cref="Trace"/>, once for each reason, and keeps the warnings. Any thread may call it.</summary>
internal sealed class Notices
{
    private static readonly Notices OfProcess = new();

    private readonly Lock _lock = new();
    private readonly HashSet<string> _known = [];
    private volatile IReadOnlyList<string> _said = [];

    /// <summary>The warnings, the first first.</summary>
    internal IReadOnlyList<string> Said => _said;

    /// <summary>The warnings' reasons.</summary>
    internal string[] Known
    {
        get
        {
            lock (_lock)
                return [.. _known];
        }
    }

    /// <summary>Warns once in the process: of slower kernels, and of pictures that lost something.</summary>
    internal static void Warn(string reason, string consequence) => OfProcess.Say(reason, $"{reason}. {consequence}");

    /// <summary>Whether the process was warned of a reason that has these words.</summary>
    internal static bool HasWarned(string words) =>
        Array.Exists(OfProcess.Known, reason => reason.Contains(words, StringComparison.Ordinal));

    internal bool IsKnown(string reason)
    {
        lock (_lock)
            return _known.Contains(reason);
    }

    internal void Say(string reason, string text)
    {
        lock (_lock)
        {
            if (!_known.Add(reason))
                return;
            _said = [.. _said, text];
        }

        Trace.TraceWarning($"GanKit: {text}");
    }

    /// <summary>Takes over warnings that were given elsewhere.</summary>
    internal void Restore(IEnumerable<string> known, IReadOnlyList<string> said)
    {
        lock (_lock)
        {
            _known.Clear();
            _known.UnionWith(known);
            _said = [.. said];
        }
    }
}
