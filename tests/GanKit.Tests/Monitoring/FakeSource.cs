namespace GanKit.Tests.Monitoring;

/// <summary>A source that measures and notices what a test says, after given steps.</summary>
internal sealed class FakeSource(Func<long, MetricPoint?>? measure = null, Func<long, TrainingEvent?>? notice = null) : TrainingCallback, IReportSource
{
    internal List<MetricPoint> PointList { get; } = [];

    internal List<TrainingEvent> EventList { get; } = [];

    public IReadOnlyList<MetricPoint> Points => PointList;

    public IReadOnlyList<TrainingEvent> Events => EventList;

    public override void OnStep(ITrainer trainer, StepResult step)
    {
        if (measure?.Invoke(step.Step) is { } point)
            PointList.Add(point);
        if (notice?.Invoke(step.Step) is { } found)
            EventList.Add(found);
    }
}
