namespace GanKit.Monitoring;

/// <summary>One call of <c>Fit</c> that a report watched.</summary>
internal sealed class ReportRun
{
    /// <summary>When it began.</summary>
    internal required DateTimeOffset Begun { get; init; }

    /// <summary>The steps that the trainer had made before.</summary>
    internal required long From { get; init; }

    /// <summary>The step that it is at.</summary>
    internal long To { get; set; }

    /// <summary>Steps that it made, those that it went back over too.</summary>
    internal long Steps { get; set; }

    /// <summary>Seconds since it began.</summary>
    internal double Seconds { get; set; }

    /// <summary>Of these, seconds in steps.</summary>
    internal double Training { get; set; }

    /// <summary>Seconds in which the trainer waited for a batch.</summary>
    internal double Data { get; set; }

    /// <summary>Seconds in the report itself.</summary>
    internal double Report { get; set; }
}
