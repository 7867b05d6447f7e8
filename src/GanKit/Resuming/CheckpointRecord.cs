using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace GanKit.Resuming;

/// <summary>What a checkpoint says of itself, its run and its machine, beside the state: the file <c>run.json</c>.</summary>
internal sealed record CheckpointRecord
{
    internal const string FileName = "run.json";

    /// <summary>The version of the format that is written, and the newest that is read.</summary>
    internal const long FormatVersion = 1;

    private const string Format = "GanKit training checkpoint";

    /// <summary>The run's name: a run that goes on has that of its checkpoint.</summary>
    internal required string Run { get; init; }

    /// <summary>How many checkpoints the run had written with this one, by which the newest is known also after a step back.</summary>
    internal required long Number { get; init; }

    internal required long Step { get; init; }

    internal required long Epoch { get; init; }

    internal required DateTimeOffset Written { get; init; }

    internal double? Measure { get; init; }

    internal required RunEnvironment Environment { get; init; }

    /// <summary>What networks, objective, options and optimisers were made with.</summary>
    internal required SortedDictionary<string, string> Description { get; init; }

    internal byte[] ToBytes()
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteNumber("version", FormatVersion);
            json.WriteString("run", Run);
            json.WriteNumber("number", Number);
            json.WriteNumber("step", Step);
            json.WriteNumber("epoch", Epoch);
            json.WriteString("written", Written.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            if (Measure is { } measure)
                json.WriteString("measure", measure.ToString("R", CultureInfo.InvariantCulture));
            WriteTexts("environment", Environment.Texts);
            WriteTexts("description", Description);
            json.WriteEndObject();

            void WriteTexts(string name, IEnumerable<KeyValuePair<string, string>> texts)
            {
                json.WriteStartObject(name);
                foreach (var (key, text) in texts)
                    json.WriteString(key, text);
                json.WriteEndObject();
            }
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Whether a checkpoint, which is whole, is of a format that is newer than this one.</summary>
    internal static bool IsNewer(string folder)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, FileName)));
        return json.RootElement.TryGetProperty("version", out var version) && version.TryGetInt64(out var number) && number > FormatVersion;
    }

    /// <summary>Reads the file of a checkpoint's folder.</summary>
    /// <exception cref="CheckpointFormatException">It is no such file, or of a newer format.</exception>
    internal static CheckpointRecord Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = json.RootElement;
            if (root.GetProperty("format").GetString() != Format)
                throw new JsonException($"it says that it is a {root.GetProperty("format")}.");
            if (root.GetProperty("version").GetInt64() is var version && version > FormatVersion)
            {
                throw new CheckpointFormatException(
                    $"The checkpoint '{folder}' has version {version} of the format, and this GanKit ({RunEnvironment.GanKit}) reads up to version "
                    + $"{FormatVersion}: go on with a newer GanKit. It was written by version {Texts("environment").GetValueOrDefault("GanKit", "unknown")}.");
            }

            return new()
            {
                Run = root.GetProperty("run").GetString()!,
                Number = root.GetProperty("number").GetInt64(),
                Step = root.GetProperty("step").GetInt64(),
                Epoch = root.GetProperty("epoch").GetInt64(),
                Written = root.GetProperty("written").GetDateTimeOffset(),
                Measure = root.TryGetProperty("measure", out var measure) ? double.Parse(measure.GetString()!, CultureInfo.InvariantCulture) : null,
                Environment = new(Texts("environment")),
                Description = Texts("description"),
            };

            SortedDictionary<string, string> Texts(string name) => new(
                root.GetProperty(name).EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetString()!), StringComparer.Ordinal);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            or ArgumentException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointFormatException($"'{path}' is no record of a checkpoint: {error.Message}", error);
        }
    }
}
