namespace GanKit.Monitoring;

/// <summary>What <see cref="Watchdog"/> does about a fault.</summary>
public enum WatchdogPolicy
{
    /// <summary>Says so: an event, and a warning of the trainer.</summary>
    Report,

    /// <summary>Says so, and asks the trainer to stop.</summary>
    Stop,

    /// <summary>Says so, brings the trainer back to its best state so far, and lowers both learning rates.</summary>
    RollBack,
}
