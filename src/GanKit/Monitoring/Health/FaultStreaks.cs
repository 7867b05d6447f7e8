namespace GanKit.Monitoring;

/// <summary>At how many readings in a row each fault was seen, and which one was said: what keeps a noisy reading from being an alarm.</summary>
internal sealed class FaultStreaks(WatchdogOptions options) : IStateful
{
    private static readonly TrainingFault[] All = Enum.GetValues<TrainingFault>(); // the first explains the others

    private readonly long[] _seen = new long[All.Length];
    private long _active = -1;
    private long _clear; // readings in a row without the active fault

    /// <summary>The fault that was said and is not over.</summary>
    internal TrainingFault? Active => _active < 0 ? null : All[_active];

    /// <summary>Takes a reading's faults.</summary>
    /// <param name="found">The faults that it shows.</param>
    /// <param name="isSure">Whether no more readings are needed.</param>
    /// <returns>The fault to be said now, and the one that is over.</returns>
    internal (TrainingFault? Begun, TrainingFault? Ended) Look(IReadOnlyCollection<TrainingFault> found, bool isSure)
    {
        for (var i = 0; i < All.Length; i++)
            _seen[i] = found.Contains(All[i]) ? _seen[i] + 1 : 0;
        TrainingFault? ended = null;
        if (_active >= 0)
        {
            _clear = _seen[_active] > 0 ? 0 : _clear + 1;
            if (_clear >= options.Recovery)
                (ended, _active, _clear) = (All[_active], -1, 0);
        }

        // A fault that is only suspected holds back those that it would explain.
        var first = Array.FindIndex(_seen, count => count > 0);
        if (first < 0 || (_seen[first] < options.Patience && !isSure) || (_active >= 0 && first >= _active))
            return (null, ended);
        (_active, _clear) = (first, 0);
        return (All[first], ended);
    }

    /// <summary>Begins anew.</summary>
    internal void Clear()
    {
        Array.Clear(_seen);
        (_active, _clear) = (-1, 0);
    }

    public void VisitState(StateVisitor visitor)
    {
        visitor.Value("active", ref _active, least: -1);
        visitor.Value("clear", ref _clear, least: 0);
        for (var i = 0; i < All.Length; i++)
            visitor.Value(All[i].ToString(), ref _seen[i], least: 0);
    }
}
