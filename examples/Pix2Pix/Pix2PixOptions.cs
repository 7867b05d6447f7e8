using System.CommandLine;
using GanKit;
using GanKit.Data;

/// <summary>The example's command line, and the files that it names.</summary>
internal sealed record Pix2PixOptions : TranslationOptions
{
    public required string Layout { get; init; }

    /// <summary>The published one, whatever the generator's is, lest a short run be all about the discriminator.</summary>
    public const double DiscriminatorLearningRate = 2e-4;

    public required double ReconstructionWeight { get; init; }

    /// <summary>
    /// How often the generator halves pictures: in the paper until 1 x 1 maps are left, by default until 2 x 2 are,
    /// without the level that would have 4 of 10 weights.
    /// </summary>
    public required int Downs { get; init; }

    /// <summary>Grey pictures come in where coloured ones are to be made of them; pairs bring their own.</summary>
    public int InChannels => Layout == "color" ? 1 : 3;

    public string CheckpointPath => Path.Combine(Output, "generator.pth");

    public static int Parse(string[] args, Action<Pix2PixOptions, CancellationToken> run)
    {
        var data = ExampleCommand.Option("--data", "artifacts/data/emoji-color",
            "A folder with train and test, or with trainA, trainB, testA and testB.");
        var layout = ExampleCommand.Option("--layout", "color",
            "color: pictures whose grey copies are to be coloured; side-by-side: A and B in one picture; folders: A and B "
            + "in folders, under the same name.");
        var recipe = new Option<string?>("--recipe")
        {
            Description = "reference: 256 x 256 pixels, width 64, batches of "
            + "1, 200 epochs, as published."
        };
        var size = new Option<int?>("--size") { Description = "Height and width, a power of two from 32; 64." };
        var width = new Option<int?>("--width") { Description = "Feature maps of the outermost layers; 24." };
        var batch = new Option<int?>("--batch") { Description = "Pictures in a batch; 8." };
        var epochs = new Option<int?>("--epochs")
        {
            Description = "Passes over the data; in their second half the "
            + "learning rate falls to zero; 10."
        };
        var rate = new Option<double?>("--learning-rate")
        {
            Description = "The generator's learning rate; 1e-3, and 2e-4 "
            + "as published, which the discriminator always has."
        };
        var weight = new Option<double?>("--l1")
        {
            Description = "Weight of the L1 distance to the truth, beside 1 of the "
            + "adversarial loss; 1000, and 100 as published."
        };
        var device = ExampleCommand.Option("--device", "auto", "auto, cpu, cuda or cuda:N.");
        var seed = new Option<long?>("--seed") { Description = "Repeats a run." };
        var output = ExampleCommand.Option("--output", "artifacts/pix2pix", "Folder for pictures, log and checkpoint.");
        var resume = ExampleCommand.ResumeOption();
        recipe.AcceptOnlyFromAmong("reference");
        layout.AcceptOnlyFromAmong("color", "side-by-side", "folders");
        var command = new RootCommand("pix2pix: learns to turn pictures into others from pairs.")
        {
            data, layout, recipe, size, width, batch, epochs, rate, weight, device, seed, output, resume,
        };
        command.SetAction((line, cancellation) =>
        {
            var published = line.GetValue(recipe) is not null;
            var pixels = line.GetValue(size) ?? (published ? 256 : 64);
            run(
                new Pix2PixOptions
                {
                    Data = line.GetValue(data)!,
                    Layout = line.GetValue(layout)!,
                    Size = pixels,
                    Downs = published ? int.Log2(pixels) : Math.Max(int.Log2(pixels) - 1, 5),
                    LoadSize = published ? pixels * 286 / 256 : pixels,
                    Width = line.GetValue(width) ?? (published ? 64 : 24),
                    BatchSize = line.GetValue(batch) ?? (published ? 1 : 8),
                    Epochs = line.GetValue(epochs) ?? (published ? 200 : 10),
                    LearningRate = line.GetValue(rate) ?? (published ? 2e-4 : 1e-3),
                    ReconstructionWeight = line.GetValue(weight) ?? (published ? 100 : 1000),
                    Device = Devices.Parse(line.GetValue(device)!),
                    Seed = line.GetValue(seed),
                    Output = Path.GetFullPath(line.GetValue(output)!),
                    Resume = line.GetValue(resume),
                },
                cancellation);
            return Task.FromResult(0);
        });
        return ExampleCommand.Run(command, args);
    }

    /// <summary>The pairs of <c>train</c> or <c>test</c>.</summary>
    public ImageDataset LoadPairs(string phase) => Layout switch
    {
        "color" => ImagePairs.Colorization(Folder(phase)),
        "side-by-side" => ImagePairs.SideBySide(Folder(phase)),
        _ => ImagePairs.Folders(Folder($"{phase}A"), Folder($"{phase}B")),
    };

    private string Folder(string name) => ExampleCommand.DataFolder(Data, name,
        "--layout color and side-by-side read train and test, --layout folders reads trainA, trainB, testA and testB.");
}
