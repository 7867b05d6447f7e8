namespace GanKit.Monitoring;

/// <summary>How much an event of a run matters. The numbers are those of <c>Microsoft.Extensions.Logging.LogLevel</c>, so that a cast turns one into the other.</summary>
public enum TrainingEventSeverity
{
    /// <summary>Something happened that is as it should be: a run was resumed, a checkpoint written.</summary>
    Information = 2,

    /// <summary>The run goes on, and is worth a look.</summary>
    Warning = 3,

    /// <summary>The run can't become good as it is, or ended.</summary>
    Error = 4,
}
