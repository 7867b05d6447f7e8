using GanKit.Checkpoints;
using GanKit.Data;
using GanKit.Networks;
using static TorchSharp.torch;

namespace GanKit.Benchmarks.Learning;

/// <summary>
/// Whether a conditional generator draws the class that it is asked for, as a classifier of real pictures sees it.
/// </summary>
internal static class ClassMeasurement
{
    private const int SamplesPerClass = 1_000;

    internal static Dictionary<string, object> Measure(CganOptions options)
    {
        using var scope = NewDisposeScope();
        if (options.Seed is { } seed)
            manual_seed(seed);
        var generator = new ConditionalDcganGenerator(
            Layers.Conditioning.Classes(10), CganOptions.Size, channels: 1, options.LatentSize, options.Width);
        generator.LoadWeights(options.CheckpointPath).eval();

        var (images, labels) = Pictures(DatasetSplit.Train);
        var (testImages, testLabels) = Pictures(DatasetSplit.Test);
        var classifier = new PictureClassifier(channels: 1, classes: 10).Fit(images, labels, epochs: 2);

        var agreement = Enumerable.Range(0, 10)
            .Select(wanted => Agreement(generator, classifier, options.LatentSize, wanted)).ToArray();
        return new()
        {
            ["samples"] = 10 * SamplesPerClass,
            ["agreement"] = Math.Round(agreement.Average(), 4),
            ["agreement_of_class"] = FashionMnistClasses().Zip(agreement).ToDictionary(
                pair => pair.First, pair => Math.Round(pair.Second, 3)),
            ["classifier_accuracy"] = Math.Round(classifier.Accuracy(testImages, testLabels), 4),
        };
    }

    private static double Agreement(
        ConditionalDcganGenerator generator, PictureClassifier classifier, int latentSize, int wanted)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var samples = generator.call(randn(SamplesPerClass, latentSize), full(SamplesPerClass, wanted, dtype: int64));
        return classifier.Accuracy(samples, full(SamplesPerClass, wanted, dtype: int64));
    }

    private static IEnumerable<string> FashionMnistClasses() => FashionMnist.Load(DatasetSplit.Test).Classes;

    private static (Tensor Images, Tensor Labels) Pictures(DatasetSplit split) =>
        Tensors.Of(FashionMnist.Load(split).Resize(CganOptions.Size));
}
