using System.CommandLine;
using GanKit;
using GanKit.Networks;
using static TorchSharp.torch;

/// <summary>The example's command line.</summary>
internal sealed record InferenceOptions
{
    public required string? InspectedFile { get; init; }

    public required string CheckpointPath { get; init; }

    public required IReadOnlyList<string> Pictures { get; init; }

    public required string? Key { get; init; }

    public required InferenceMode? Mode { get; init; }

    public required int Count { get; init; }

    public required long? Seed { get; init; }

    public required string DeviceName { get; init; }

    // Asked for when it is needed: inspection does without libtorch.
    public Device Device => Devices.Parse(DeviceName);

    public string OutputPath => Pictures[^1];

    private static string[] OutputFormats => [".png", ".jpg", ".jpeg", ".webp"];

    /// <summary>Reads the command line and runs; errors that a user can mend end in one message and exit code 1.</summary>
    public static int Parse(string[] args, Action<InferenceOptions> run)
    {
        var checkpoint = new Argument<string?>("CHECKPOINT")
        {
            Description = "The file with the weights: .pth, .pt, .ckpt, .pkl, .safetensors, .dat.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var pictures = new Argument<string[]>("PICTURES")
        {
            Description = "INPUT OUTPUT, for a generator that takes pictures; OUTPUT alone for one that draws from latents.",
            Arity = new(0, 2),
        };
        var inspect = new Option<string?>("--inspect")
        {
            HelpName = "FILE",
            Description = "Do not draw: say what is in this file.",
        };
        var key = new Option<string?>("--key")
        {
            HelpName = "NAME",
            Description = "Which of the file's generators, for example netG_A.",
        };
        var mode = new Option<string?>("--mode")
        {
            Description = "train, eval, or batch (the picture's statistics, no dropout); by default as the network's "
                + "authors run it (pix2pix: train).",
        };
        var count = new Option<int>("--count")
        {
            HelpName = "N",
            Description = "How many pictures to draw from latents.",
            DefaultValueFactory = _ => 16,
        };
        var seed = new Option<long?>("--seed")
        {
            HelpName = "N",
            Description = "Repeats what is drawn from latents, and dropout.",
        };
        var device = new Option<string>("--device")
        {
            HelpName = "DEVICE",
            Description = "auto, cpu, cuda or cuda:N.",
            DefaultValueFactory = _ => "auto",
        };
        mode.AcceptOnlyFromAmong("train", "eval", "batch");
        count.Validators.Add(given =>
        {
            // What is no number has an error already, and no value.
            if (given.Tokens is [var token] && int.TryParse(token.Value, out var number) && number < 1)
                given.AddError("--count must be at least 1.");
        });

        var command = new RootCommand(
            "Runs a generator that was trained in PyTorch, or says what is in a file with weights.")
        {
            checkpoint, pictures, inspect, key, mode, count, seed, device,
        };
        command.Validators.Add(line =>
        {
            if (line.GetResult(inspect) is null && line.GetResult(pictures) is not { Tokens.Count: > 0 })
            {
                line.AddError(
                    "Give CHECKPOINT INPUT.png OUTPUT.png, or CHECKPOINT OUTPUT.png, or --inspect FILE. See --help.");
            }
            // Before minutes of work, not after them.
            else if (line.GetResult(pictures)?.Tokens is [.., var output] && !IsPicture(output.Value))
            {
                line.AddError($"'{output.Value}' should end in {string.Join(", ", OutputFormats)}.");
            }
        });
        command.SetAction(line => run(new InferenceOptions
        {
            InspectedFile = line.GetValue(inspect),
            CheckpointPath = line.GetValue(checkpoint) ?? "",
            Pictures = line.GetValue(pictures) ?? [],
            Key = line.GetValue(key),
            Mode = line.GetValue(mode) switch
            {
                "train" => InferenceMode.AsTrained,
                "eval" => InferenceMode.RunningStatistics,
                "batch" => InferenceMode.BatchStatistics,
                _ => null,
            },
            Count = line.GetValue(count),
            Seed = line.GetValue(seed),
            DeviceName = line.GetValue(device)!,
        }));

        return ExampleCommand.Run(command, args);
    }

    private static bool IsPicture(string path) =>
        OutputFormats.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
