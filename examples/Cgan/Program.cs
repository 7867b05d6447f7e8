// A conditional DCGAN (Mirza and Osindero 2014, Radford et al. 2016) on Fashion-MNIST by class, assembled from GanKit's
// parts.
using GanKit;
using GanKit.Checkpoints;
using GanKit.Data;
using GanKit.Layers;
using GanKit.Monitoring;
using GanKit.Networks;
using TorchSharp;
using static TorchSharp.torch;

return CganOptions.Parse(args, Run);

static void Run(CganOptions options, CancellationToken cancellation)
{
    Console.WriteLine(GanKitInfo.Collect());
    if (options.Seed is { } seed)
        manual_seed(seed);
    using var generator = new ConditionalDcganGenerator(
        Conditioning.Classes(10), CganOptions.Size, channels: 1, options.LatentSize, options.Width);
    if (options.Class is { } wanted)
        Draw(options, generator, wanted);
    else
        Train(options, generator, cancellation);
    Console.WriteLine($"Samples: {options.SamplesPath}\nCheckpoint: {options.CheckpointPath}");
}

static void Train(CganOptions options, ConditionalDcganGenerator generator, CancellationToken cancellation)
{
    var data = FashionMnist.Load(cancellationToken: cancellation).Resize(CganOptions.Size).Batches(
        options.BatchSize, options.Seed);
    using var discriminator = new ConditionalDcganDiscriminator(
        generator.Conditioning, CganOptions.Size, channels: 1, options.Width);
    using var trainer = AdversarialTrainer.Create(generator, discriminator,
        new ConditionalObjective(options.LatentSize, AdversarialLoss.NonSaturating),
        new TrainerOptions
        {
            LearningRate = options.LearningRate,
            Schedule = LearningRateSchedule.Cosine(options.Epochs * data.Count),
            AverageDecay = 0.995,
            Device = options.Device,
        });

    var epochs = ExampleCommand.EpochsLeft(trainer, options.Epochs, options.Resume, options.Output);
    if (epochs > 0)
    {
        trainer.Fit(data, epochs, cancellationToken: cancellation, callbacks:
        [
            new ConsoleProgress(),
            new SampleGrid(options.SamplesPath, every: 200) { Preview = new() { Columns = 10 } }, // a row a class
            new MetricsLog(options.LogPath),
            new TrainingReport(options.ReportPath) { Title = "Conditional GAN", Preview = new() { Columns = 10 } },
            TrainingCallback.EveryEpoch((_, _) => Save()),
            ExampleCommand.Checkpoints(options.Output), // Ctrl+C ends the run with one
        ]);
    }

    Save();

    void Save()
    {
        using (trainer.UseForInference()) // the averaged weights
            generator.SaveWeights(options.CheckpointPath);
    }
}

// A hundred of one class, from the checkpoint.
static void Draw(CganOptions options, ConditionalDcganGenerator generator, long wanted)
{
    if (!File.Exists(options.CheckpointPath))
        throw new FileNotFoundException($"There is no checkpoint '{options.CheckpointPath}' yet. Train first, without --class.");
    generator.LoadWeights(options.CheckpointPath).to(options.Device).eval();
    using var scope = NewDisposeScope();
    using var noGradients = no_grad();
    using var random = new Generator(0, CPU);
    var latents = Latent.Normal(options.LatentSize).Sample(100, options.Device, random);
    Images.WriteGrid(options.SamplesPath, generator.call(latents, full(100, wanted, dtype: int64, device: options.Device)), columns: 10);
}
