using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GanKit.Monitoring;

/// <summary>The page: a template with the styles, scripts and data of a report put in.</summary>
internal static partial class ReportPage
{
    private const string DataStart = """<script type="application/json" id="data">""", DataEnd = "</script>";
    private const string Mark = """<meta name="generator" content="GanKit training report">""";

    internal static void Write(Stream output, ReportData data, string title)
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true);
        var template = Resource("page.html");
        var end = 0;
        foreach (var part in Places().EnumerateMatches(template))
        {
            writer.Write(template.AsSpan(end, part.Index - end));
            end = part.Index + part.Length;
            switch (template.AsSpan(part.Index + 2, part.Length - 4))
            {
                case "title":
                    writer.Write(WebUtility.HtmlEncode(title));
                    break;
                case "state":
                    writer.Write(WebUtility.HtmlEncode(ReportVerdict.State(data)));
                    break;
                case "verdict":
                    writer.Write(WebUtility.HtmlEncode(ReportVerdict.Of(data)));
                    break;
                case "data":
                    writer.Flush();
                    ReportJson.Write(output, data);
                    break;
                case "styles":
                    writer.Write(Resource("page.css"));
                    break;
                case "charts":
                    writer.Write(Resource("page.charts.js"));
                    break;
                case "script":
                    writer.Write(Resource("page.js"));
                    break;
                case "library-styles":
                    writer.Write(Resource("uPlot.min.css"));
                    break;
                case "library":
                    writer.Write(Resource("uPlot.iife.min.js"));
                    break;
                case var other:
                    throw new InvalidOperationException($"The page has a place for '{other}', which there is not.");
            }
        }

        writer.Write(template.AsSpan(end));
    }

    /// <summary>The data of a page that was written before.</summary>
    /// <exception cref="InvalidDataException">The file is no report, or not of this version.</exception>
    internal static ReportData Read(string path)
    {
        Require(path);
        var page = File.ReadAllText(path);
        var start = page.IndexOf(DataStart, StringComparison.Ordinal) + DataStart.Length;
        var end = start < DataStart.Length ? -1 : page.IndexOf(DataEnd, start, StringComparison.Ordinal);
        if (end < 0)
            throw NoReport(path, "it holds no data");
        try
        {
            return ReportJson.Read(page.AsMemory(start..end));
        }
        catch (Exception error) when (
            error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or InvalidDataException)
        {
            throw NoReport(path, $"its data can't be read: {error.Message}");
        }
    }

    /// <summary>Throws where a file is there and is no report.</summary>
    internal static void Require(string path)
    {
        if (RegularFile.OtherKind(path) is { } kind)
            throw NoReport(path, $"it is {kind}");
        using var reader = new StreamReader(path);
        var head = new char[2048];
        var length = reader.ReadBlock(head);
        if (!head.AsSpan(0, length).Contains(Mark, StringComparison.Ordinal))
            throw NoReport(path, "it lacks the mark of one");
    }

    /// <summary>A file of the page, as it lies in the assembly.</summary>
    internal static string Resource(string name)
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream($"GanKit.Monitoring.Report.{name}")
            ?? throw new InvalidOperationException($"The assembly lacks the resource {name}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static InvalidDataException NoReport(string path, string reason) =>
        new($"The file '{path}' exists and is no training report: {reason}. It was left as it is; write to another file, or remove it.");

    [GeneratedRegex(@"\{\{[a-z-]+\}\}")]
    private static partial Regex Places();
}
