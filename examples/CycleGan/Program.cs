// CycleGAN (Zhu et al. 2017) on two folders without pairs, assembled from GanKit's parts.
using GanKit;
using GanKit.Checkpoints;
using GanKit.Data;
using GanKit.Layers;
using GanKit.Monitoring;
using GanKit.Networks;
using static TorchSharp.torch;

return CycleGanOptions.Parse(args, Train);

static void Train(CycleGanOptions options, CancellationToken cancellation)
{
    Console.WriteLine(GanKitInfo.Collect());
    if (options.Seed is { } seed)
        manual_seed(seed);
    foreach (var name in (string[])["trainA", "trainB", "testA", "testB"])
        ExampleCommand.DataFolder(options.Data, name, "The data are four folders: trainA, trainB, testA and testB.");
    var training = ImageFolders.Unpaired(options.Data, "train").Resize(options.LoadSize, options.LoadSize)
        .RandomCrop(options.Size).FlipHorizontally().Batches(options.BatchSize, options.Seed);
    var test = ImageFolders.Unpaired(options.Data, "test").Resize(options.Size, options.Size)
        .Batches(12, seed: 1, dropLast: false);

    using var generators = new CyclePair<ResnetGenerator>(
        () => new ResnetGenerator(width: options.Width, blocks: options.Blocks));
    using var discriminators = new DomainPair<PatchDiscriminator>(
        () => new PatchDiscriminator(inChannels: 3, options.Width, norm: Norm.Instance));
    using var trainer = AdversarialTrainer.Create(generators, discriminators,
        new CycleObjective { CycleWeight = options.CycleWeight, IdentityWeight = options.IdentityWeight },
        TrainerOptions.CycleGan with
        {
            LearningRate = options.LearningRate,
            Schedule = options.Schedule,
            Device = options.Device,
        });

    var epochs = ExampleCommand.EpochsLeft(trainer, options.Epochs, options.Resume, options.Output);
    if (epochs > 0)
    {
        trainer.Fit(training, epochs, cancellationToken: cancellation, callbacks:
        [
            new ConsoleProgress(),
            new SampleGrid(options.SamplesPath, every: 200) { Preview = new() { Data = test, Columns = 12 } },
            new MetricsLog(options.LogPath),
            new TrainingReport(options.ReportPath) { Title = "CycleGAN", Preview = new() { Data = test, Columns = 12 } },
            TrainingCallback.EveryEpoch((_, _) => Save(options, generators)), // whatever ends the run
            ExampleCommand.Checkpoints(options.Output), // Ctrl+C ends the run with one
        ]);
    }

    Save(options, generators);
    Console.WriteLine(
        $"A, as B, and back; B, as A, and back: {options.SamplesPath}\nReport: {options.ReportPath}\nLog: {options.LogPath}\nCheckpoints: "
        + $"{options.CheckpointPath("A_to_B")}, {options.CheckpointPath("B_to_A")}");
}

static void Save(CycleGanOptions options, CyclePair<ResnetGenerator> generators)
{
    generators.AToB.SaveWeights(options.CheckpointPath("A_to_B"));
    generators.BToA.SaveWeights(options.CheckpointPath("B_to_A"));
}
