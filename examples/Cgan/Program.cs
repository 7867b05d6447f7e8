// A conditional DCGAN (Mirza and Osindero 2014, Radford et al. 2016) on Fashion-MNIST by class, assembled from GanKit's
// parts.
using GanKit;
using GanKit.Checkpoints;
using GanKit.Layers;
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
    if (options.Class is not null && !File.Exists(options.CheckpointPath))
    {
        throw new FileNotFoundException(
            $"There is no checkpoint '{options.CheckpointPath}' yet. Train first, without --class.");
    }

    if (options.Class is not null)
        generator.LoadWeights(options.CheckpointPath).to(options.Device);
    else
        Train(options, generator, cancellation);

    generator.eval();
    using (NewDisposeScope())
        Images.WriteGrid(options.SamplesPath, Draw(options, generator, options.Class), columns: 10);
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

    try
    {
        trainer.Fit(data, options.Epochs, cancellationToken: cancellation, callbacks:
        [
            new ConsoleProgress(),
            new SampleGrid(options.SamplesPath, every: 200)
            {
                Columns = 10,
                Sampler = _ =>
                {
                    using var inference = trainer.UseForInference();
                    return Draw(options, generator, only: null);
                },
            },
            new MetricsLog(options.LogPath),
            TrainingCallback.EveryEpoch((_, _) => Save()), // whatever ends the run
        ]);
    }
    catch (OperationCanceledException)
    {
        Save(); // Ctrl+C loses nothing
        throw;
    }

    Save();

    void Save()
    {
        using (trainer.UseForInference()) // the averaged weights
            generator.SaveWeights(options.CheckpointPath);
    }
}

// A row a class, from the same latents; or one class alone.
static Tensor Draw(CganOptions options, ConditionalDcganGenerator generator, long? only)
{
    using var scope = NewDisposeScope();
    using var noGradients = no_grad();
    var latents = options.Latents(rows: 10, columns: 10, alike: only is null);
    var labels = only is { } wanted ? full(100, wanted, dtype: int64) : arange(10, dtype: int64).repeat_interleave(10);
    return generator.call(latents, labels.to(options.Device)).MoveToOuterDisposeScope();
}
