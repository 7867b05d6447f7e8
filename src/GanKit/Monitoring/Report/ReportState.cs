namespace GanKit.Monitoring;

/// <summary>Where the run is that a report shows.</summary>
internal enum ReportState
{
    /// <summary>Under way when the report was written.</summary>
    Running,

    /// <summary>At its last step.</summary>
    Finished,

    /// <summary>Ended before that: cancelled, asked to stop, or failed.</summary>
    Stopped,
}
