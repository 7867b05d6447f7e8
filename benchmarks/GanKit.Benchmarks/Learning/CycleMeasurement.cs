using GanKit.Data;
using GanKit.Networks;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks.Learning;

/// <summary>
/// Whether CycleGAN's generators lead back to where they came from, and whether what they draw can be told from real
/// pictures: by classifiers trained afterwards on the training split, which are asked about the test split.
/// </summary>
internal static class CycleMeasurement
{
    private const int Epochs = 6;

    internal static Dictionary<string, object> Measure(CycleGanOptions options)
    {
        using var scope = NewDisposeScope();
        if (options.Seed is { } seed)
            manual_seed(seed);
        using var aToB = GeneratorFactory.FromCheckpoint(options.CheckpointPath("A_to_B"));
        using var bToA = GeneratorFactory.FromCheckpoint(options.CheckpointPath("B_to_A"));
        var (trainA, trainB) = (Pictures("trainA"), Pictures("trainB"));
        var (testA, testB) = (Pictures("testA"), Pictures("testB"));
        var (fakeB, fakeA) = (Run(aToB, testA), Run(bToA, testB));

        var styles = Between(trainA, trainB);
        return new()
        {
            ["test_pictures"] = testA.shape[0] + testB.shape[0],
            ["cycle_l1_a"] = Round(L1(Run(bToA, fakeB), testA)),
            ["cycle_l1_b"] = Round(L1(Run(aToB, fakeA), testB)),
            ["change_a_to_b"] = Round(L1(fakeB, testA)),
            ["change_b_to_a"] = Round(L1(fakeA, testB)),
            ["real_or_fake_b_accuracy"] = Round(Accuracy(Between(trainB, Run(aToB, trainA)), testB, fakeB)),
            ["real_or_fake_a_accuracy"] = Round(Accuracy(Between(trainA, Run(bToA, trainB)), testA, fakeA)),
            ["a_or_b_accuracy"] = Round(Accuracy(styles, testA, testB)),
            ["fake_b_taken_for_b"] = Round(styles.Accuracy(fakeB, ones(fakeB.shape[0], dtype: int64))),
            ["fake_a_taken_for_a"] = Round(styles.Accuracy(fakeA, zeros(fakeA.shape[0], dtype: int64))),
        };

        Tensor Pictures(string folder) =>
            Tensors.Of(ImageFolder.Load(Path.Combine(options.Data, folder)).Resize(options.Size, options.Size)).Images;
    }

    private static Tensor Run(Module<Tensor, Tensor> generator, Tensor pictures)
    {
        using var scope = NewDisposeScope();
        return cat([.. pictures.split(50).Select(part => generator.Translate(part))]).MoveToOuterDisposeScope();
    }

    private static double L1(Tensor pictures, Tensor truths)
    {
        using var scope = NewDisposeScope();
        return (pictures - truths).abs().mean().ToDouble();
    }

    // As many of each, so that neither is the safer guess.
    private static PictureClassifier Between(Tensor first, Tensor second)
    {
        var count = Math.Min(first.shape[0], second.shape[0]);
        var (images, labels) = Labelled(first.narrow(0, 0, count), second.narrow(0, 0, count));
        return new PictureClassifier(channels: 3, classes: 2).Fit(images, labels, Epochs);
    }

    private static double Accuracy(PictureClassifier classifier, Tensor first, Tensor second)
    {
        using var scope = NewDisposeScope();
        var (images, labels) = Labelled(first, second);
        return classifier.Accuracy(images, labels);
    }

    private static (Tensor Images, Tensor Labels) Labelled(Tensor first, Tensor second) =>
        (cat([first, second]), cat([zeros(first.shape[0], dtype: int64), ones(second.shape[0], dtype: int64)]));

    private static double Round(double value) => Math.Round(value, 4);
}
