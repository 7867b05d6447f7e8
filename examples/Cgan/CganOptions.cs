using System.CommandLine;
using GanKit;
using static TorchSharp.torch;

/// <summary>The example's command line, and the files that it names.</summary>
internal sealed record CganOptions
{
    public const int Size = 32;

    public required int Width { get; init; }

    public required int LatentSize { get; init; }

    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    public required double LearningRate { get; init; }

    public required Device Device { get; init; }

    public required long? Seed { get; init; }

    public required string Output { get; init; }

    /// <summary>Whether to go on from the newest checkpoint in the output folder.</summary>
    public required bool Resume { get; init; }

    /// <summary>The class to draw from the checkpoint, instead of training.</summary>
    public required long? Class { get; init; }

    public string SamplesPath => Path.Combine(Output, Class is { } wanted ? $"class-{wanted}.png" : "samples.png");

    public string ReportPath => Path.Combine(Output, "report.html");

    public string LogPath => Path.Combine(Output, "log.csv");

    public string CheckpointPath => Path.Combine(Output, "generator.pth");

    public static int Parse(string[] args, Action<CganOptions, CancellationToken> run)
    {
        var width = ExampleCommand.Option("--width", 32, "Feature maps of the networks' outermost layers.");
        var latent = ExampleCommand.Option("--latent", 64, "Length of a latent vector.");
        var epochs = ExampleCommand.Option("--epochs", 4, "Passes over the data.");
        var batch = ExampleCommand.Option("--batch", 64, "Pictures in a batch.");
        var rate = ExampleCommand.Option("--learning-rate", 4e-4, "Both networks' learning rate, falling to zero.");
        var device = ExampleCommand.Option("--device", "auto", "auto, cpu, cuda or cuda:N.");
        var seed = new Option<long?>("--seed") { Description = "Repeats a run." };
        var output = ExampleCommand.Option("--output", "artifacts/cgan", "Folder for pictures, log and checkpoint.");
        var only = new Option<long?>("--class")
        {
            Description = "Do not train: draw 100 samples of this class, 0 to 9, "
            + "from the checkpoint in --output."
        };
        var resume = ExampleCommand.ResumeOption();
        only.AcceptOnlyFromAmong([.. Enumerable.Range(0, 10).Select(i => $"{i}")]);
        var command = new RootCommand("CGAN: learns to draw garments of the class that it is asked for.")
        {
            width, latent, epochs, batch, rate, device, seed, output, resume, only,
        };
        command.SetAction((line, cancellation) =>
        {
            run(
                new CganOptions
                {
                    Width = line.GetValue(width),
                    LatentSize = line.GetValue(latent),
                    Epochs = line.GetValue(epochs),
                    BatchSize = line.GetValue(batch),
                    LearningRate = line.GetValue(rate),
                    Device = Devices.Parse(line.GetValue(device)!),
                    Seed = line.GetValue(seed),
                    Output = Path.GetFullPath(line.GetValue(output)!),
                    Resume = line.GetValue(resume),
                    Class = line.GetValue(only),
                },
                cancellation);
            return Task.FromResult(0);
        });
        return ExampleCommand.Run(command, args);
    }
}
