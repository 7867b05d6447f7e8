using GanKit;
using static TorchSharp.torch;

/// <summary>What the command lines of the translators have in common, and the files that they name.</summary>
internal abstract record TranslationOptions
{
    public required string Data { get; init; }

    public required int Size { get; init; }

    /// <summary>
    /// Pictures are resized to this and cropped: 286 to 256 in the papers. By default they are only flipped, since
    /// enlarging small ones blurs them.
    /// </summary>
    public required int LoadSize { get; init; }

    public required int Width { get; init; }

    public required int BatchSize { get; init; }

    public required int Epochs { get; init; }

    public required double LearningRate { get; init; }

    public required Device Device { get; init; }

    public required long? Seed { get; init; }

    public required string Output { get; init; }

    /// <summary>Whether to go on from the newest checkpoint in the output folder.</summary>
    public required bool Resume { get; init; }

    /// <summary>In the second half of the epochs the learning rate falls to zero.</summary>
    public LearningRateSchedule Schedule => LearningRateSchedule.LinearDecay(Epochs - Epochs / 2, Math.Max(Epochs / 2, 1));

    public string SamplesPath => Path.Combine(Output, "samples.png");

    public string ReportPath => Path.Combine(Output, "report.html");

    public string LogPath => Path.Combine(Output, "log.csv");
}
