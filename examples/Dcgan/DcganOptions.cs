using System.CommandLine;
using System.Text.Json;
using GanKit;
using GanKit.Data;
using static TorchSharp.torch;

/// <summary>The example's command line, and the files that it names.</summary>
internal sealed record DcganOptions
{
    public required string? ImageFolder { get; init; }

    public required int Size { get; init; }

    public required int Channels { get; init; }

    public required int Width { get; init; }

    public required int LatentSize { get; init; }

    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    public required double LearningRate { get; init; }

    public required Device Device { get; init; }

    public required Precision Precision { get; init; }

    public required long? Seed { get; init; }

    public required string Output { get; init; }

    /// <summary>Whether to go on from the newest checkpoint in the output folder.</summary>
    public required bool Resume { get; init; }

    /// <summary>Whether to measure the quality of samples 20 times.</summary>
    public required bool Measure { get; init; }

    public required int? SampleCount { get; init; }

    public string SamplesPath => Path.Combine(Output, "samples.png");

    public string AnimationPath => Path.Combine(Output, "progress.gif");

    public string ReportPath => Path.Combine(Output, "report.html");

    public string LogPath => Path.Combine(Output, "log.csv");

    public string BestPath => Path.Combine(Output, "best.safetensors");

    public string CheckpointPath => Path.Combine(Output, "generator.dat");

    private string ShapePath => Path.Combine(Output, "generator.json");

    /// <summary>Reads the command line and runs; errors that a user can mend end in one line and exit code 1.</summary>
    public static int Parse(string[] args, Action<DcganOptions, CancellationToken> run)
    {
        var images = new Option<string?>("--images")
        {
            Description = "Train on the pictures in this folder instead of "
            + "Fashion-MNIST."
        };
        var size = new Option<int>("--size")
        {
            Description = "Height and width: 16, 32, 64, 128 or 256.",
            DefaultValueFactory = _ => 32,
        };
        var channels = new Option<int?>("--channels")
        {
            Description = "1 for grey, 3 for colour; by default 3 with "
            + "--images, else 1."
        };
        var width = new Option<int>("--width")
        {
            Description = "Feature maps of the networks' outermost layers (ngf, "
            + "ndf); the paper has 64.",
            DefaultValueFactory = _ => 32
        };
        var latent = new Option<int>("--latent")
        {
            Description = "Length of a latent vector.",
            DefaultValueFactory = _ => 64,
        };
        var epochs = new Option<int>("--epochs") { Description = "Passes over the data.", DefaultValueFactory = _ => 4 };
        var batch = new Option<int>("--batch") { Description = "Pictures in a batch.", DefaultValueFactory = _ => 64 };
        var rate = new Option<double>("--learning-rate")
        {
            Description = "Both networks' learning rate; the paper's is "
            + "2e-4.",
            DefaultValueFactory = _ => 4e-4
        };
        var device = new Option<string>("--device")
        {
            Description = "auto, cpu, cuda or cuda:N.",
            DefaultValueFactory = _ => "auto",
        };
        var precision = new Option<string>("--precision")
        {
            Description = "What both networks compute in: float32, bfloat16 or float16.",
            DefaultValueFactory = _ => "float32",
        };
        var seed = new Option<long?>("--seed") { Description = "Repeats a run: exactly on a CPU, nearly on a GPU." };
        var output = new Option<string>("--output")
        {
            Description = "Folder for pictures, log and checkpoint.",
            DefaultValueFactory = _ => "artifacts/dcgan",
        };
        var sample = new Option<int?>("--sample")
        {
            Description = "Do not train: draw this many samples from the "
            + "checkpoint in --output."
        };
        var measure = new Option<bool>("--measure")
        {
            Description = "Measure samples against the data 20 times, and keep the best generator; takes two minutes more."
        };
        var resume = ExampleCommand.ResumeOption();

        var command = new RootCommand("DCGAN: trains a generator of pictures, or samples from a trained one.")
        {
            images, size, channels, width, latent, epochs, batch, rate, device, precision, seed, output, resume, measure, sample,
        };
        command.SetAction((line, cancellation) =>
        {
            run(
                new DcganOptions
                {
                    ImageFolder = line.GetValue(images),
                    Size = line.GetValue(size),
                    Channels = line.GetValue(channels) ?? (line.GetValue(images) is null ? 1 : 3),
                    Width = line.GetValue(width),
                    LatentSize = line.GetValue(latent),
                    Epochs = line.GetValue(epochs),
                    BatchSize = line.GetValue(batch),
                    LearningRate = line.GetValue(rate),
                    Device = Devices.Parse(line.GetValue(device)!),
                    Precision = Precision.Parse(line.GetValue(precision)!),
                    Seed = line.GetValue(seed),
                    Output = Path.GetFullPath(line.GetValue(output)!),
                    Resume = line.GetValue(resume),
                    Measure = line.GetValue(measure),
                    SampleCount = line.GetValue(sample),
                },
                cancellation);
            return Task.FromResult(0);
        });

        return ExampleCommand.Run(command, args);
    }

    /// <summary>The folder's pictures; or Fashion-MNIST; or, where that can't be had, drawn shapes.</summary>
    public ImageDataset LoadImages(CancellationToken cancellation)
    {
        if (ImageFolder is not null)
            return GanKit.Data.ImageFolder.Load(ImageFolder, Channels);
        try
        {
            return FashionMnist.Load(cancellationToken: cancellation);
        }
        catch (FileNotFoundException missing)
        {
            Console.WriteLine($"{missing.Message}\nTraining on drawn shapes instead (discs, rings, squares, triangles).");
            return Shapes.Load(count: 20_000, Size, Channels);
        }
    }

    /// <summary>Writes down what the checkpoint's network looks like, so that it can be built again.</summary>
    public void SaveShape() =>
        File.WriteAllText(ShapePath, JsonSerializer.Serialize(new Shape(Size, Channels, LatentSize, Width)));

    /// <summary>These options with the sizes of the network in the checkpoint.</summary>
    public DcganOptions LoadShape()
    {
        if (!File.Exists(ShapePath))
        {
            throw new FileNotFoundException(
                $"There is no checkpoint in '{Output}': train first, or name another folder with --output.");
        }

        var shape = JsonSerializer.Deserialize<Shape>(File.ReadAllText(ShapePath))
            ?? throw new InvalidDataException($"'{ShapePath}' is empty.");
        return this with
        {
            Size = shape.Size,
            Channels = shape.Channels,
            LatentSize = shape.LatentSize,
            Width = shape.Width,
        };
    }

    private sealed record Shape(int Size, int Channels, int LatentSize, int Width);
}
