// DCGAN (Radford et al. 2016) on Fashion-MNIST or a folder of pictures, assembled from GanKit's parts.
using GanKit;
using GanKit.Checkpoints;
using GanKit.Data;
using GanKit.ImageSharp;
using GanKit.Metrics;
using GanKit.Monitoring;
using GanKit.Networks;
using TorchSharp;
using static TorchSharp.torch;

return DcganOptions.Parse(args, Run);

static void Run(DcganOptions options, CancellationToken cancellation)
{
    Console.WriteLine(GanKitInfo.Collect());
    if (options.Seed is { } seed)
        manual_seed(seed);
    if (options.SampleCount is { } count)
        Sample(options, count);
    else
        Train(options, cancellation);
}

static void Train(DcganOptions options, CancellationToken cancellation)
{
    var images = options.LoadImages(cancellation).Resize(options.Size).CenterCrop(options.Size);
    var data = images.Batches(options.BatchSize, options.Seed);

    using var generator = new DcganGenerator(options.Size, options.Channels, options.LatentSize, options.Width);
    using var discriminator = new DcganDiscriminator(options.Size, options.Channels, options.Width);
    using var trainer = AdversarialTrainer.Create(generator, discriminator,
        new UnconditionalObjective(options.LatentSize, AdversarialLoss.NonSaturating),
        new TrainerOptions
        {
            LearningRate = options.LearningRate,
            Schedule = LearningRateSchedule.Cosine(options.Epochs * data.Count),
            AverageDecay = 0.995,
            Device = options.Device,
            Precision = options.Precision,
        });

    // What is wrong, in words; and with --measure how good the samples are, in the features of a network that learns the data's classes first.
    using var health = new TrainingHealth();
    using var watchdog = new Watchdog(health);
    using var extractor = options.Measure ? LightExtractor.Train(images, cancellationToken: cancellation) : null;
    using var evaluation = extractor is null ? null : Evaluation.Against(images, extractor, [new FrechetDistance()]);
    var quality = evaluation is null ? null : new MetricCallback(evaluation, every: Math.Max(1, options.Epochs * data.Count / 20), count: 1_000);
    using var best = quality is null ? null : new BestCheckpoint(quality, options.BestPath);

    var epochs = ExampleCommand.EpochsLeft(trainer, options.Epochs, options.Resume, options.Output);
    if (epochs > 0)
    {
        trainer.Fit(data, epochs, cancellationToken: cancellation, callbacks:
        [
            .. new TrainingCallback?[] { quality, best }.OfType<TrainingCallback>(), health, watchdog, new ConsoleProgress(),
            new SampleGrid(options.SamplesPath, every: 100),
            new SampleAnimation(options.AnimationPath, every: 100),
            new MetricsLog(options.LogPath),
            new TrainingReport(options.ReportPath) { Title = "DCGAN", Sources = [.. new IReportSource?[] { quality, health, watchdog }.OfType<IReportSource>()] },
            TrainingCallback.EveryEpoch((_, _) => Save(options, trainer)), // whatever ends the run
            ExampleCommand.Checkpoints(options.Output), // Ctrl+C ends the run with one
        ]);
    }

    Save(options, trainer);
    Console.WriteLine(
        $"Samples: {options.SamplesPath}\nAnimation: {options.AnimationPath}\nReport: {options.ReportPath}\nLog: {options.LogPath}\nCheckpoint: "
        + $"{options.CheckpointPath}");
}

static void Save(DcganOptions options, AdversarialTrainer<DcganGenerator, DcganDiscriminator> trainer)
{
    using (trainer.UseForInference())
        trainer.Generator.SaveWeights(options.CheckpointPath);
    options.SaveShape();
}

static void Sample(DcganOptions options, int count)
{
    options = options.LoadShape();
    using var generator = new DcganGenerator(options.Size, options.Channels, options.LatentSize, options.Width);
    generator.LoadWeights(options.CheckpointPath).to(options.Device).eval();
    using var noGradients = no_grad();
    using var random = options.Seed is { } seed ? new Generator((ulong)seed, CPU) : null;
    using var latents = Latent.Normal(options.LatentSize).Sample(count, options.Device, random);
    using var images = generator.call(latents);
    Images.WriteGrid(options.SamplesPath, images);
    Console.WriteLine($"{count} samples: {options.SamplesPath}");
}
