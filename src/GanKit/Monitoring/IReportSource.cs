namespace GanKit.Monitoring;

/// <summary>A part of a run that measures or notices something, for others to show: <see cref="TrainingReport"/>, logs, instruments.</summary>
/// <remarks>
/// Both lists are in the order in which things came, and only grow while a run goes on; they are read on the thread that trains, between
/// two steps, when <see cref="TrainingCallback.OnStep"/> of the reader is called. So a source that is a callback stands before its readers.
/// </remarks>
public interface IReportSource
{
    /// <summary>The metrics measured so far. The first one's name is the metric by which a run has a best step.</summary>
    IReadOnlyList<MetricPoint> Points { get; }

    /// <summary>What was noticed so far.</summary>
    IReadOnlyList<TrainingEvent> Events { get; }
}
