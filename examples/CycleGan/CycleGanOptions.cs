using System.CommandLine;
using GanKit;

/// <summary>The example's command line, and the files that it names.</summary>
internal sealed record CycleGanOptions : TranslationOptions
{
    public required int Blocks { get; init; }

    public required double CycleWeight { get; init; }

    public required double IdentityWeight { get; init; }

    public string CheckpointPath(string direction) => Path.Combine(Output, $"{direction}.pth");

    public static int Parse(string[] args, Action<CycleGanOptions, CancellationToken> run)
    {
        var data = ExampleCommand.Option(
            "--data", "artifacts/data/emoji-style-unpaired", "A folder with trainA, trainB, testA and testB.");
        var recipe = new Option<string?>("--recipe")
        {
            Description = "reference: 256 x 256 pixels, width 64, 9 blocks, "
            + "batches of 1, 200 epochs, as published."
        };
        var size = new Option<int?>("--size") { Description = "Height and width, a multiple of 4; 64." };
        var width = new Option<int?>("--width") { Description = "Feature maps of the outermost layers; 16." };
        var blocks = new Option<int?>("--blocks") { Description = "Residual blocks of the generators; 4." };
        var batch = new Option<int?>("--batch") { Description = "Pictures in a batch; 4." };
        var epochs = new Option<int?>("--epochs")
        {
            Description = "Passes over the data; in their second half the "
            + "learning rate falls to zero; 7."
        };
        var cycle = new Option<double?>("--cycle") { Description = "Weight of both cycles; 25, and 10 as published." };
        var identity = ExampleCommand.Option("--identity", 0.5, "Weight of leaving the other domain's pictures alone, "
            + "relative to the cycles'.");
        var rate = new Option<double?>("--learning-rate")
        {
            Description = "All networks' learning rate; 1e-3, and 2e-4 as "
            + "published."
        };
        var device = ExampleCommand.Option("--device", "auto", "auto, cpu, cuda or cuda:N.");
        var seed = new Option<long?>("--seed") { Description = "Repeats a run." };
        var output = ExampleCommand.Option("--output", "artifacts/cyclegan", "Folder for pictures, log and checkpoints.");
        var resume = ExampleCommand.ResumeOption();
        recipe.AcceptOnlyFromAmong("reference");
        var command = new RootCommand(
            "CycleGAN: learns to turn pictures of one kind into another, and back, without pairs.")
        {
            data, recipe, size, width, blocks, batch, epochs, cycle, identity, rate, device, seed, output, resume,
        };
        command.SetAction((line, cancellation) =>
        {
            var published = line.GetValue(recipe) is not null;
            var pixels = line.GetValue(size) ?? (published ? 256 : 64);
            run(
                new CycleGanOptions
                {
                    Data = line.GetValue(data)!,
                    Size = pixels,
                    LoadSize = published ? pixels * 286 / 256 : pixels,
                    Width = line.GetValue(width) ?? (published ? 64 : 16),
                    Blocks = line.GetValue(blocks) ?? (published ? 9 : 4),
                    BatchSize = line.GetValue(batch) ?? (published ? 1 : 4),
                    Epochs = line.GetValue(epochs) ?? (published ? 200 : 7),
                    CycleWeight = line.GetValue(cycle) ?? (published ? 10 : 25),
                    IdentityWeight = line.GetValue(identity),
                    LearningRate = line.GetValue(rate) ?? (published ? 2e-4 : 1e-3),
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
}
