using GanKit.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Convergence;

/// <summary>
/// <see cref="TrainerOptions.ProjectionGan"/> learns easy data in a thousand updates: what the generator draws of a class is of
/// that class, as a classifier of real pictures sees it.
/// </summary>
public class ProjectionGanTests
{
    private const long LatentSize = 32;
    private const int BatchSize = 32;
    private const int Updates = 1_000;
    private const int DrawnPerClass = 100;

    /// <summary>With the default options and vectors from N(0, 1) D is at 0.000 within 250 updates, and the agreement 0.2.</summary>
    [Fact]
    public void Pair_OnShapesOf16Pixels_DrawsTheClassAskedFor() =>
        Assert.InRange(Agreement(DrawnShapes.Classes, 16, width: 8, seed: 1, DrawnShapes.Draw(2_000, 16, seed: 1)), 0.45, 1);

    [Theory(Explicit = true)] // eng/test.sh --long
    [InlineData("shapes")]
    [InlineData("garments")]
    public void Pair_On32Pixels_DrawsTheClassAskedFor_WhateverTheSeed(string data)
    {
        var agreements = new[] { 1, 2, 3 }.Select(seed => data == "shapes"
            ? Agreement(DrawnShapes.Classes, 32, width: 16, seed, DrawnShapes.Draw(2_000, 32, seed))
            : Agreement(classes: 10, 32, width: 16, seed, Garments(10_000, seed))).ToArray();

        Assert.InRange(agreements.Average(), 0.70, 1); // by chance 0.2, of garments 0.1
        Assert.InRange(agreements.Min(), 0.60, 1);
    }

    /// <summary>The share of drawn pictures that a classifier, which knows the real ones, puts in the class asked for.</summary>
    private static double Agreement(int classes, int size, int width, int seed, (Tensor Images, Tensor Labels) real)
    {
        using var images = real.Images;
        using var labels = real.Labels;
        manual_seed(seed);
        using var classifier = Classifier(images, labels, classes);
        var conditioning = Conditioning.Classes(classes);
        using var generator = new ConditionalDcganGenerator(conditioning, size, channels: 1, LatentSize, width, conditionalNorm: true);
        using var discriminator = ProjectionDiscriminator.Dcgan(conditioning, size, channels: 1, width: 8);
        using var trainer = AdversarialTrainer.Create(
            generator, discriminator, new ConditionalObjective(LatentSize, AdversarialLoss.Hinge), TrainerOptions.ProjectionGan);
        trainer.Fit(Batches.FromTensor(images, BatchSize, labels, seed: seed), steps: Updates);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var averaged = trainer.UseForInference();
        var wanted = arange(classes, dtype: int64).repeat_interleave(DrawnPerClass);
        var known = (classifier.call(images).argmax(1) == labels).to(float64).mean().item<double>();
        var drawn = classifier.call(generator.call(randn(wanted.shape[0], LatentSize), wanted)).argmax(1) == wanted;
        var agreement = drawn.to(float64).mean().item<double>();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"seed {seed}: {agreement:F3}; of each class " +
            string.Join(", ", drawn.reshape(-1, DrawnPerClass).to(float64).mean([1]).data<double>().Select(share => $"{share:F2}")) +
            $"; the classifier knows {known:F3} of the real ones");
        Assert.InRange(known, 0.8, 1);
        return agreement;
    }

    private static (Tensor Images, Tensor Labels) Garments(int count, int seed)
    {
        using var batches = FashionMnist.Load().Resize(32).Batches(count, seed).GetEnumerator();
        Assert.True(batches.MoveNext());
        return (batches.Current.Real.clone(), batches.Current.Condition!.clone());
    }

    private static Sequential Classifier(Tensor images, Tensor labels, long classes)
    {
        var side = images.shape[2] / 8;
        var network = Sequential(
        [
            .. Stage(1, 8), .. Stage(8, 16), .. Stage(16, 32), Flatten(), Linear(32 * side * side, classes),
        ]);
        using var optimizer = Optimizers.Adam([.. network.parameters()], 3e-3, (0.9, 0.999));
        for (var epoch = 0; epoch < 3; epoch++)
        {
            foreach (var batch in Batches.FromTensor(images, 50, labels, seed: epoch))
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                functional.cross_entropy(network.call(batch.Real), batch.Condition!).backward();
                optimizer.step();
            }
        }

        network.eval();
        return network;

        static Module<Tensor, Tensor>[] Stage(long inputs, long outputs) =>
            [Conv2d(inputs, outputs, 3, stride: 2, padding: 1), BatchNorm2d(outputs), ReLU()];
    }
}
