using System.Globalization;

namespace GanKit.Monitoring;

/// <summary>All that a report shows, bounded in memory however long the run is.</summary>
internal sealed class ReportData
{
    internal const int MostPictures = 40;

    private const int MostPoints = 20_000, MostPointsOfACurve = 800, MostCurves = 200, MostEvents = 300, MostRuns = 50, LongestText = 2_000;

    private readonly List<Curve> _metrics = [];
    private readonly List<Curve> _logged = [];
    private readonly Dictionary<(bool IsMetric, string Name), Curve> _curves = [];
    private readonly HashSet<(bool IsMetric, string Name)> _notFinite = [];

    /// <summary>The metrics of sources, the one that names the best step first.</summary>
    internal IReadOnlyList<Curve> Metrics => _metrics;

    /// <summary>What steps logged: losses, observations, learning rates.</summary>
    internal IReadOnlyList<Curve> Logged => _logged;

    internal List<TrainingEvent> Events { get; } = [];

    internal List<ReportPicture> Pictures { get; } = [];

    internal List<ReportRun> Runs { get; } = [];

    internal IReadOnlyList<ReportFacts> Facts { get; set; } = [];

    /// <summary>Why there are no pictures.</summary>
    internal string? PicturesNote { get; set; }

    /// <summary>The last step.</summary>
    internal long Step { get; set; }

    /// <summary>The step that the run is to end with, where it is known.</summary>
    internal long? PlannedStep { get; set; }

    internal ReportState State { get; set; } = ReportState.Running;

    internal DateTimeOffset Written { get; set; }

    private int MostOfACurve => Math.Clamp(MostPoints / Math.Max(1, _curves.Count), 50, MostPointsOfACurve);

    internal void AddLogged(long step, IReadOnlyDictionary<string, double> values)
    {
        foreach (var (name, value) in values)
            Add(isMetric: false, name, CurvePoint.Of(step, value));
    }

    /// <summary>Adds a point; the metric that names the best step is put first.</summary>
    internal void AddMetric(MetricPoint point, string? judge)
    {
        Add(isMetric: true, point.Name, new(point.Step, point.Value, point.Low ?? double.NaN, point.High ?? double.NaN, 1), point.LowerIsBetter);
        var place = _metrics.FindIndex(curve => curve.Name == judge);
        if (place <= 0)
            return;
        var curve = _metrics[place];
        _metrics.RemoveAt(place);
        _metrics.Insert(0, curve);
    }

    /// <summary>Adds an event, unless it is there already.</summary>
    internal void AddEvent(TrainingEvent @event)
    {
        if (@event.Text.Length > LongestText)
            @event = @event with { Text = @event.Text[..LongestText] + " …" };
        if (Events.Contains(@event))
            return;
        Events.Add(@event);
        if (Events.Count <= MostEvents)
            return;
        // Of too many, the oldest of those that matter least goes.
        var least = Events.Min(entry => entry.Severity);
        Events.RemoveAt(Events.FindIndex(entry => entry.Severity == least));
    }

    /// <summary>Adds a picture; whether there were too many, so that every second one has gone.</summary>
    internal bool AddPicture(ReportPicture picture)
    {
        if (Pictures.Count > 0 && Pictures[^1].Step >= picture.Step)
            return false;
        Pictures.Add(picture);
        if (Pictures.Count <= MostPictures)
            return false;
        for (var i = Pictures.Count - 2; i > 0; i -= 2)
            Pictures.RemoveAt(i);
        return true;
    }

    internal void AddRun(ReportRun run)
    {
        Runs.Add(run);
        if (Runs.Count > MostRuns)
            Runs.RemoveAt(0);
    }

    /// <summary>Adds a curve that was read from a file.</summary>
    internal void Restore(bool isMetric, Curve curve)
    {
        _curves.Add((isMetric, curve.Name), curve);
        (isMetric ? _metrics : _logged).Add(curve);
    }

    /// <summary>Goes back to a step: what lies after it is set aside.</summary>
    internal void GoBack(long step)
    {
        foreach (var curve in _curves.Values)
            curve.GoBack(step);
        Pictures.RemoveAll(picture => picture.Step > step);
        for (var i = 0; i < Events.Count; i++)
        {
            // Trouble that the run left behind is no verdict on it.
            if (Events[i].Step > step && Events[i].Severity == TrainingEventSeverity.Error)
                Events[i] = Events[i] with { Severity = TrainingEventSeverity.Warning, Text = $"{Events[i].Text} The run went back to an earlier step since." };
        }

        Step = step;
    }

    private void Add(bool isMetric, string name, CurvePoint point, bool lowerIsBetter = true)
    {
        if (!_curves.TryGetValue((isMetric, name), out var curve))
        {
            if (_curves.Count == MostCurves)
                return;
            Restore(isMetric, curve = new Curve(name) { LowerIsBetter = lowerIsBetter });
            foreach (var other in _curves.Values)
                other.Thin(MostOfACurve);
        }

        if (!double.IsFinite(point.Value) && _notFinite.Add((isMetric, name)))
        {
            AddEvent(new(point.Step, TrainingEventSeverity.Warning, "Not a finite number",
                $"{name} was {point.Value.ToString(CultureInfo.InvariantCulture)} here. Its curve has gaps where it is not finite."));
        }

        curve.Add(point, MostOfACurve);
    }
}
