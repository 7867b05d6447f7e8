using System.Diagnostics;
using GanKit.Benchmarks.Learning;
using GanKit.Data;
using GanKit.Metrics;
using GanKit.Networks;
using static TorchSharp.torch;
using FrechetDistance = GanKit.Benchmarks.Learning.FrechetDistance;
using Trainer = GanKit.AdversarialTrainer<TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>,
    TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>>;

namespace GanKit.Benchmarks.Extractors;

/// <summary>
/// Whether light extractors rank checkpoints as a stronger classifier does that has seen none of their images: four recipes on Fashion-MNIST, seven
/// checkpoints each, early, late and collapsed. Each is measured by the Fréchet distance of 2,000 samples from 5,000 test images.
/// </summary>
internal static class CheckpointRanking
{
    private const int Size = 32, Latent = 64, Seen = 20_000, Samples = 2_000, TestImages = 5_000;
    private const long Seed = 11;

    private static readonly int[] Steps = [10, 40, 100, 200, 350, 550, 800];

    internal static void Run()
    {
        var train = FashionMnist.Load().Resize(Size);
        var (all, labels) = Learning.Tensors.Of(train);
        var test = Learning.Tensors.Of(FashionMnist.Load(DatasetSplit.Test).Resize(Size));
        var real = test.Images.narrow(0, 0, TestImages);

        using var light = Timed("light (labels)", () => LightExtractor.Train(train.Take(Seen), Seed));
        using var turns = Timed("light (rotations)", () => LightExtractor.Train(train.Take(Seen), Seed, useLabels: false));
        manual_seed(Seed);
        var strong = Timed("strong classifier", () => new PictureClassifier(channels: 1, classes: 10).Fit(
            all.narrow(0, Seen, all.shape[0] - Seen), labels.narrow(0, Seen, all.shape[0] - Seen), epochs: 3));
        JsonLine.Print(new { strong_accuracy = Math.Round(strong.Accuracy(test.Images, test.Labels), 4) });

        Func<Tensor, Tensor>[] looks =
            [images => strong.Look(images).Features, images => In(light, images), images => In(turns, images)];
        var reals = looks.Select(look => look(real)).ToArray();
        var rows = new List<(int Step, double[] Distances)>();
        foreach (var (recipe, trainer, dataOf) in Recipes(all.narrow(0, 0, Seen), labels.narrow(0, 0, Seen)))
        {
            using (trainer)
            {
                var done = 0;
                foreach (var step in Steps)
                {
                    trainer.Fit(dataOf(step), steps: step - done);
                    done = step;
                    using var scope = NewDisposeScope();
                    var samples = trainer.Sample(Samples, averaged: false, seed: Seed);
                    var distances = looks.Zip(reals, (look, of) => FrechetDistance.Between(of, look(samples))).ToArray();
                    rows.Add((step, distances));
                    JsonLine.Print(new { recipe, step, strong = Round(distances[0]), labels = Round(distances[1]), rotations = Round(distances[2]) });
                }
            }
        }

        var truth = rows.Select(row => row.Distances[0]).ToArray();
        JsonLine.Print(new
        {
            checkpoints = rows.Count,
            rank_correlation_labels = Round(RankCorrelation(truth, [.. rows.Select(row => row.Distances[1])])),
            rank_correlation_rotations = Round(RankCorrelation(truth, [.. rows.Select(row => row.Distances[2])])),
            rank_correlation_steps = Round(RankCorrelation(truth, [.. rows.Select(row => -(double)row.Step)])),
        });
    }

    private static IEnumerable<(string Name, Trainer Trainer, Func<int, Batches> Data)> Recipes(Tensor images, Tensor labels)
    {
        var shape = (1L, (long)Size, (long)Size);
        var whole = Batches.FromTensor(images, 64, seed: Seed);
        var shirts = Batches.FromTensor(images[labels == 0], 64, seed: Seed);
        yield return ("dcgan", Make(Dcgan(), new DcganDiscriminator(Size, 1, 16), AdversarialLoss.NonSaturating, 2e-4), _ => whole);
        yield return ("spectral hinge", Make(Dcgan(), new SnDcganDiscriminator(Size, 1, 16), AdversarialLoss.Hinge, 2e-4), _ => whole);
        yield return ("dcgan, rate 100 times higher",
            Make(Dcgan(), new DcganDiscriminator(Size, 1, 16), AdversarialLoss.NonSaturating, 2e-2), _ => whole);
        yield return ("mlp, one class from step 350 on",
            Make(new MlpGenerator(shape, Latent), new MlpDiscriminator(shape), AdversarialLoss.NonSaturating, 2e-4),
            step => step <= 350 ? whole : shirts);

        static DcganGenerator Dcgan() => new(Size, 1, Latent, 16);
    }

    private static Trainer Make(
        nn.Module<Tensor, Tensor> generator, nn.Module<Tensor, Tensor> discriminator, IAdversarialLoss loss, double rate) =>
        AdversarialTrainer.Create(generator, discriminator, new UnconditionalObjective(Latent, loss), new TrainerOptions { LearningRate = rate, Seed = Seed });

    private static Tensor In(LightExtractor extractor, Tensor images)
    {
        using var scope = NewDisposeScope();
        return cat([.. images.split(500).Select(extractor.Extract)]).MoveToOuterDisposeScope();
    }

    private static T Timed<T>(string name, Func<T> make)
    {
        var start = Stopwatch.GetTimestamp();
        var made = make();
        JsonLine.Print(new { trained = name, seconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 1), threads = get_num_threads() });
        return made;
    }

    /// <summary>Spearman's: the correlation of the ranks, where equal values share theirs.</summary>
    private static double RankCorrelation(double[] first, double[] second)
    {
        var (a, b) = (Ranks(first), Ranks(second));
        var mean = (first.Length - 1) / 2.0;
        var covariance = a.Zip(b, (x, y) => (x - mean) * (y - mean)).Sum();
        return covariance / Math.Sqrt(a.Sum(x => (x - mean) * (x - mean)) * b.Sum(y => (y - mean) * (y - mean)));

        static double[] Ranks(double[] values) =>
            [.. values.Select(value => values.Count(other => other < value) + (values.Count(other => other == value) - 1) / 2.0)];
    }

    private static double Round(double value) => Math.Round(value, 4);
}
