// pix2pix (Isola et al. 2017) on pairs of pictures, assembled from GanKit's parts.
using GanKit;
using TorchSharp;
using static TorchSharp.torch;

return Pix2PixOptions.Parse(args, Train);

static void Train(Pix2PixOptions options, CancellationToken cancellation)
{
    Console.WriteLine(GanKitInfo.Collect());
    if (options.Seed is { } seed)
        manual_seed(seed);
    var train = options.LoadPairs("train").Resize(options.LoadSize, options.LoadSize).RandomCrop(options.Size).FlipHorizontally()
        .Batches(options.BatchSize, options.Seed);
    var test = options.LoadPairs("test").Resize(options.Size, options.Size).Batches(options.TestCount, shuffle: false, dropLast: false);
    using var shown = test.First();

    using var generator = new UnetGenerator(options.InChannels, outChannels: 3, options.Downs, options.Width, dropout: true);
    using var discriminator = new PatchDiscriminator(options.InChannels + 3, options.Width);
    using var trainer = AdversarialTrainer.Create(generator, discriminator,
        new PairedObjective { ReconstructionWeight = options.L1Weight },
        new TrainerOptions
        {
            LearningRate = options.LearningRate,
            Schedule = LearningRateSchedule.LinearDecay(options.Epochs, options.DecayEpochs),
            Device = options.Device,
        });

    trainer.Fit(train, options.Epochs + options.DecayEpochs, cancellationToken: cancellation, callbacks:
    [
        new ConsoleProgress(),
        new SampleGrid(options.SamplesPath, every: 500) { Columns = 3, Sampler = Rows },
        new MetricsLog(options.LogPath),
    ]);
    generator.SaveWeights(options.CheckpointPath);
    Console.WriteLine($"Input, output, truth: {options.SamplesPath}\nLog: {options.LogPath}\nCheckpoint: {options.CheckpointPath}");

    Tensor Rows(ITrainer _)
    {
        using var scope = NewDisposeScope();
        var input = shown.Condition!.to(options.Device);
        // As published: in training mode, with the pictures' own statistics and with dropout.
        return ImageGrid.Rows(input, generator.call(input), shown.Real.to(options.Device)).MoveToOuterDisposeScope();
    }
}
