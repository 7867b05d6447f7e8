namespace GanKit;

/// <summary>The unit in which a schedule counts time.</summary>
public enum ScheduleUnit
{
    /// <summary>Training steps.</summary>
    Steps,

    /// <summary>Epochs: the rate is constant within one.</summary>
    Epochs,
}
