using System.Globalization;
using System.Text.Json;

namespace GanKit.Monitoring;

/// <summary>The data of a report as JSON, which is safe within a page: what HTML could take for its own is escaped.</summary>
internal static class ReportJson
{
    private const int Format = 1;
    private const string PictureStart = "data:image/webp;base64,";

    internal static void Write(Stream output, ReportData data)
    {
        using var json = new Utf8JsonWriter(output); // its default encoder escapes <, > and &
        json.WriteStartObject();
        json.WriteNumber("format", Format);
        json.WriteNumber("step", data.Step);
        if (data.PlannedStep is { } planned)
            json.WriteNumber("plannedStep", planned);
        if (ReportVerdict.Judge(data) is { Best: { } best } metric)
        {
            json.WriteStartObject("best");
            json.WriteString("name", metric.Name);
            json.WriteNumber("step", best.Step);
            Number(json, "value", best.Value);
            json.WriteEndObject();
        }

        Array(json, "metrics", data.Metrics, curve => WriteCurve(json, curve, isMetric: true));
        Array(json, "logged", data.Logged, curve => WriteCurve(json, curve, isMetric: false));
        Array(json, "events", data.Events, entry =>
        {
            json.WriteNumber("step", entry.Step);
            json.WriteString("severity", Name(entry.Severity));
            json.WriteString("title", entry.Title);
            json.WriteString("text", entry.Text);
        });
        Array(json, "pictures", data.Pictures, picture =>
        {
            json.WriteNumber("step", picture.Step);
            json.WritePropertyName("source");
            json.WriteRawValue($"\"{PictureStart}{Convert.ToBase64String(picture.Bytes)}\"", skipInputValidation: true);
        });
        if (data.PicturesNote is { } note)
            json.WriteString("picturesNote", note);
        Array(json, "runs", data.Runs, run =>
        {
            json.WriteString("begun", run.Begun.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
            json.WriteNumber("from", run.From);
            json.WriteNumber("to", run.To);
            json.WriteNumber("steps", run.Steps);
            Number(json, "seconds", run.Seconds);
            Number(json, "training", run.Training);
            Number(json, "data", run.Data);
            Number(json, "report", run.Report);
        });
        Array(json, "facts", data.Facts, facts =>
        {
            json.WriteString("title", facts.Title);
            json.WriteStartArray("rows");
            foreach (var (name, value) in facts.Rows)
            {
                json.WriteStartArray();
                json.WriteStringValue(name);
                json.WriteStringValue(value);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        });
        json.WriteEndObject();
    }

    /// <summary>The curves, events, pictures and runs; what a new run says itself is left out.</summary>
    internal static ReportData Read(ReadOnlyMemory<char> text)
    {
        using var json = JsonDocument.Parse(text);
        var root = json.RootElement;
        var format = root.GetProperty("format").GetInt32();
        if (format != Format)
            throw new InvalidDataException($"its format is {format}, and this version of GanKit reads {Format}");
        var data = new ReportData { Step = root.GetProperty("step").GetInt64() };
        foreach (var curve in root.GetProperty("metrics").EnumerateArray())
            data.Restore(isMetric: true, ReadCurve(curve));
        foreach (var curve in root.GetProperty("logged").EnumerateArray())
            data.Restore(isMetric: false, ReadCurve(curve));
        foreach (var entry in root.GetProperty("events").EnumerateArray())
        {
            data.AddEvent(new(entry.GetProperty("step").GetInt64(), Severity(entry.GetProperty("severity").GetString()),
                entry.GetProperty("title").GetString()!, entry.GetProperty("text").GetString()!));
        }

        foreach (var picture in root.GetProperty("pictures").EnumerateArray())
        {
            var source = picture.GetProperty("source").GetString()!;
            data.AddPicture(new(picture.GetProperty("step").GetInt64(), Convert.FromBase64String(source[PictureStart.Length..])));
        }

        foreach (var run in root.GetProperty("runs").EnumerateArray())
        {
            data.AddRun(new()
            {
                Begun = run.GetProperty("begun").GetDateTimeOffset(),
                From = run.GetProperty("from").GetInt64(),
                To = run.GetProperty("to").GetInt64(),
                Steps = run.GetProperty("steps").GetInt64(),
                Seconds = Number(run.GetProperty("seconds")),
                Training = Number(run.GetProperty("training")),
                Data = Number(run.GetProperty("data")),
                Report = Number(run.GetProperty("report")),
            });
        }

        return data;
    }

    private static void WriteCurve(Utf8JsonWriter json, Curve curve, bool isMetric)
    {
        json.WriteString("name", curve.Name);
        json.WriteNumber("stride", curve.Stride);
        if (isMetric)
        {
            json.WriteBoolean("lowerIsBetter", curve.LowerIsBetter);
            Point("best", curve.Best);
            Point("last", curve.Last);
        }

        Points(curve.Points);
        if (curve.Left.Count > 0)
        {
            json.WriteStartObject("left");
            Points(curve.Left);
            json.WriteEndObject();
        }

        void Points(IReadOnlyList<CurvePoint> points)
        {
            json.WriteStartArray("steps");
            foreach (var point in points)
                json.WriteNumberValue(point.Step);
            json.WriteEndArray();
            Numbers(json, "values", points.Select(point => point.Value));
            if (!points.Any(point => !double.IsNaN(point.Low) || !double.IsNaN(point.High)))
                return;
            Numbers(json, "low", points.Select(point => point.Low));
            Numbers(json, "high", points.Select(point => point.High));
        }

        void Point(string name, CurvePoint? point)
        {
            if (point is { } there)
                Numbers(json, name, [there.Step, there.Value, there.Low, there.High]);
        }
    }

    private static Curve ReadCurve(JsonElement json)
    {
        var curve = new Curve(json.GetProperty("name").GetString()!)
        {
            LowerIsBetter = !json.TryGetProperty("lowerIsBetter", out var lower) || lower.GetBoolean(),
        };
        curve.Restore(Points(json), json.TryGetProperty("left", out var left) ? Points(left) : [], json.GetProperty("stride").GetInt64(),
            Point("best"), Point("last"));
        return curve;

        CurvePoint? Point(string name) => json.TryGetProperty(name, out var point)
            ? new(point[0].GetInt64(), Number(point[1]), Number(point[2]), Number(point[3]), 1) : null;

        static CurvePoint[] Points(JsonElement json)
        {
            var (steps, values) = (json.GetProperty("steps"), json.GetProperty("values"));
            var hasRange = json.TryGetProperty("low", out var low);
            var high = hasRange ? json.GetProperty("high") : default;
            return [.. Enumerable.Range(0, steps.GetArrayLength()).Select(i => new CurvePoint(
                steps[i].GetInt64(), Number(values[i]), hasRange ? Number(low[i]) : double.NaN, hasRange ? Number(high[i]) : double.NaN, 1))];
        }
    }

    private static void Array<T>(Utf8JsonWriter json, string name, IEnumerable<T> entries, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var entry in entries)
        {
            json.WriteStartObject();
            write(entry);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Numbers(Utf8JsonWriter json, string name, IEnumerable<double> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            Number(json, value);
        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        Number(json, value);
    }

    // Seven digits, as a loss has; a whole number, such as a step, keeps all of its own. What is not finite is a text, as JSON has no number for it.
    private static void Number(Utf8JsonWriter json, double value)
    {
        if (!double.IsFinite(value))
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        else if (value == Math.Floor(value) && Math.Abs(value) < 1e15)
            json.WriteNumberValue((long)value);
        else
            json.WriteRawValue(value.ToString("G7", CultureInfo.InvariantCulture), skipInputValidation: true);
    }

    private static double Number(JsonElement json) => json.ValueKind == JsonValueKind.String
        ? double.Parse(json.GetString()!, CultureInfo.InvariantCulture)
        : json.GetDouble();

    private static string Name(TrainingEventSeverity severity) => severity switch
    {
        TrainingEventSeverity.Error => "error",
        TrainingEventSeverity.Warning => "warning",
        _ => "information",
    };

    private static TrainingEventSeverity Severity(string? name) => name switch
    {
        "error" => TrainingEventSeverity.Error,
        "warning" => TrainingEventSeverity.Warning,
        _ => TrainingEventSeverity.Information,
    };
}
