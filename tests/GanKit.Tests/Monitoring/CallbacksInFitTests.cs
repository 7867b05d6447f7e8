using GanKit.ImageSharp;
using GanKit.Tests.Companion;
using GanKit.Tests.Training;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Monitoring;

public sealed class CallbacksInFitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_WithAllCallbacks_LeavesTheirFiles()
    {
        var output = new StringWriter();
        var seen = new List<double>();
        using var trainer = ImageTrainer(new TrainerOptions { DiscriminatorSteps = 2, AverageDecay = 0.9 });

        trainer.Fit(ImageData(), epochs: 3, callbacks:
        [
            new ConsoleProgress(output, live: true, interval: TimeSpan.Zero),
            new SampleGrid(_folder.File("samples.png"), every: 4) { Preview = new() { Count = 4 } },
            new SampleAnimation(_folder.File("progress.gif"), every: 4) { Preview = new() { Count = 4 } },
            new MetricsLog(_folder.File("log.csv"), every: 2),
            new MetricsLog(_folder.File("log.jsonl"), every: 2),
            new TensorBoardLog(_folder.File("runs"), every: 2, samplesEvery: 6) { Preview = new() { Count = 4 } },
            TrainingCallback.Every(6, (_, step) => seen.Add(step.DiscriminatorLoss)),
        ]);

        Assert.Contains("12/12", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("epoch 3/3", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Trained 12 steps", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(4, GifFrames.Read(_folder.File("progress.gif")).Frames.Count); // At 0, 4, 8 and 12.
        var rows = File.ReadAllLines(_folder.File("log.csv"));
        Assert.StartsWith("step,epoch,time,discriminator", rows[0], StringComparison.Ordinal);
        Assert.Contains("generator", rows[0].Split(','));
        Assert.Equal(["2", "4", "6", "8", "10", "12"], rows.Skip(1).Select(row => row.Split(',')[0]));
        Assert.DoesNotContain("", rows[1].Split(',')); // Taken where the generator was updated.
        Assert.Equal(6, File.ReadLines(_folder.File("log.jsonl")).Count());
        Assert.NotEmpty(Directory.GetFiles(_folder.File("runs")));
        Assert.All(seen, loss => Assert.True(double.IsFinite(loss)));
        Assert.Equal(2, seen.Count);
    }

    [Fact]
    public void Fit_WithSamplesAndLogs_TrainsAsWithout()
    {
        using var watched = ImageTrainer(new TrainerOptions { Seed = 3 });
        watched.Fit(ImageData(), steps: 6, callbacks:
        [
            new SampleGrid(_folder.File("samples.png"), every: 1),
            new MetricsLog(_folder.File("log.csv"), every: 1),
            new TensorBoardLog(_folder.File("runs"), every: 1, samplesEvery: 1),
        ]);
        var expected = Tiny.Snapshot(watched.Generator);

        using var alone = ImageTrainer(new TrainerOptions { Seed = 3 });
        alone.Fit(ImageData(), steps: 6);

        Assert.All(expected.Zip(Tiny.Snapshot(alone.Generator)), pair =>
            Assert.True(pair.First.equal(pair.Second).all().item<bool>()));
    }

    [Fact]
    public void Fit_Cancelled_LeavesSamplesOfWhereItStopped()
    {
        using var source = new CancellationTokenSource();
        using var trainer = ImageTrainer(new TrainerOptions());

        Assert.Throws<OperationCanceledException>(() => trainer.Fit(
            ImageData(),
            epochs: 100,
            callbacks:
            [
                new SampleGrid(_folder.File("samples-{step}.png"), every: 100),
                TrainingCallback.Every(5, (_, _) => source.Cancel()),
            ],
            cancellationToken: source.Token));

        Assert.Equal(["samples-000000.png", "samples-000005.png"], _folder.FileNames());
    }

    private static AdversarialTrainer<Module<Tensor, Tensor>, Module<Tensor, Tensor>> ImageTrainer(TrainerOptions options)
    {
        manual_seed(1);
        Module<Tensor, Tensor> generator = Sequential(Linear(Tiny.LatentSize, 16), Tanh(), Unflatten(1, [1, 4, 4]));
        Module<Tensor, Tensor> discriminator = Sequential(Flatten(), Linear(16, 1));
        return AdversarialTrainer.Create(generator, discriminator, Tiny.Objective(), options);
    }

    private static Batches ImageData()
    {
        manual_seed(2);
        return Batches.FromTensor(rand(32, 1, 4, 4) * 2 - 1, batchSize: 8, seed: 1);
    }
}
