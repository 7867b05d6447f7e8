// pix2pix (Isola et al. 2017) on pairs of pictures, assembled from GanKit's parts.
using GanKit;
using GanKit.Checkpoints;
using GanKit.Monitoring;
using GanKit.Networks;
using static TorchSharp.torch;

return Pix2PixOptions.Parse(args, Train);

static void Train(Pix2PixOptions options, CancellationToken cancellation)
{
    Console.WriteLine(GanKitInfo.Collect());
    if (options.Seed is { } seed)
        manual_seed(seed);
    var training = options.LoadPairs("train").Resize(options.LoadSize, options.LoadSize).RandomCrop(options.Size)
        .FlipHorizontally()
        .Batches(options.BatchSize, options.Seed);
    var test = options.LoadPairs("test").Resize(options.Size, options.Size).Batches(24, seed: 1, dropLast: false);

    using var generator = new UnetGenerator(
        options.InChannels, outChannels: 3, options.Downs, options.Width, dropout: true);
    using var discriminator = new PatchDiscriminator(options.InChannels + 3, options.Width);
    using var trainer = AdversarialTrainer.Create(
        generator, discriminator, new PairedObjective { ReconstructionWeight = options.ReconstructionWeight },
        TrainerOptions.Pix2Pix with
        {
            LearningRate = options.LearningRate,
            DiscriminatorLearningRate = Pix2PixOptions.DiscriminatorLearningRate,
            Schedule = options.Schedule,
            Device = options.Device,
        });

    var epochs = ExampleCommand.EpochsLeft(trainer, options.Epochs, options.Resume, options.Output);
    if (epochs > 0)
    {
        trainer.Fit(training, epochs, cancellationToken: cancellation, callbacks:
        [
            new ConsoleProgress(),
            new SampleGrid(options.SamplesPath, every: 200) { Preview = new() { Data = test } },
            new MetricsLog(options.LogPath),
            new TrainingReport(options.ReportPath) { Title = "pix2pix", Preview = new() { Data = test } },
            TrainingCallback.EveryEpoch((_, _) => generator.SaveWeights(options.CheckpointPath)), // whatever ends the run
            ExampleCommand.Checkpoints(options.Output), // Ctrl+C ends the run with one
        ]);
    }

    generator.SaveWeights(options.CheckpointPath);
    Console.WriteLine(
        $"Input, output, truth: {options.SamplesPath}\nReport: {options.ReportPath}\nLog: {options.LogPath}\nCheckpoint: {options.CheckpointPath}");
}
