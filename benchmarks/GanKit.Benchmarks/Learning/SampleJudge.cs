using GanKit.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace GanKit.Benchmarks.Learning;

/// <summary>Says of grey pictures how near they are to Fashion-MNIST's, by a classifier of its training pictures.</summary>
internal sealed class SampleJudge
{
    private readonly PictureClassifier _classifier = new(channels: 1, classes: 10);
    private readonly Tensor _testFeatures;

    internal SampleJudge(int size)
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var (images, labels) = Tensors.Of(FashionMnist.Load().Resize(size));
        var (testImages, testLabels) = Tensors.Of(FashionMnist.Load(DatasetSplit.Test).Resize(size));
        _classifier.Fit(images, labels, epochs: 2);
        _testFeatures = _classifier.Look(testImages).Features.DetachFromDisposeScope();

        var train = Judge(images.narrow(0, 0, testImages.shape[0])); // which are in random order
        RealPictures = new()
        {
            ["classifier_accuracy"] = Math.Round(_classifier.Accuracy(testImages, testLabels), 4),
            ["train_to_test"] = train,
            ["test"] = Judge(testImages),
        };
    }

    /// <summary>What it says of real pictures: how far training ones are from test ones is the distance's floor.</summary>
    internal Dictionary<string, object> RealPictures { get; }

    /// <summary>
    /// The distance from the test pictures; how evenly the classes appear (1: equally often; 0: one alone), the shares of
    /// the rarest and the commonest; how sure the classifier is, on average.
    /// </summary>
    internal Dictionary<string, double> Judge(Tensor images)
    {
        using var scope = NewDisposeScope();
        var (features, probabilities) = _classifier.Look(images);
        var (confidence, classes) = probabilities.max(1);
        var shares = classes.bincount(null, minlength: 10).to(float64) / images.shape[0];
        return new()
        {
            ["frechet"] = Math.Round(FrechetDistance.Between(features, _testFeatures), 3),
            ["evenness"] = Math.Round(shares.xlogy(shares).sum().ToDouble() / -Math.Log(10), 4),
            ["smallest_share"] = Math.Round(shares.min().ToDouble(), 4),
            ["largest_share"] = Math.Round(shares.max().ToDouble(), 4),
            ["confidence"] = Math.Round(confidence.mean().ToDouble(), 4),
        };
    }
}
