using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks.Learning;

/// <summary>A small convolutional classifier, to ask what pictures look like.</summary>
internal sealed class PictureClassifier : Module<Tensor, Tensor>
{
    private const int BatchSize = 64;

    private readonly Module<Tensor, Tensor> _features;
    private readonly Module<Tensor, Tensor> _head;

    internal PictureClassifier(long channels, long classes) : base(nameof(PictureClassifier))
    {
        _features = Sequential(
            [.. Stage(channels, 16), .. Stage(16, 32), .. Stage(32, 64), AdaptiveAvgPool2d(4), Flatten()]);
        _head = Sequential(Dropout(0.2), Linear(64 * 16, classes));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _head.call(_features.call(input));

    /// <summary>
    /// Learns the labels of pictures, which are put in another order in each epoch, with Adam, whose rate falls to zero.
    /// </summary>
    internal PictureClassifier Fit(Tensor images, Tensor labels, int epochs)
    {
        using var optimizer = optim.Adam(parameters(), lr: 2e-3, beta1: 0.9, beta2: 0.999);
        var steps = epochs * (images.shape[0] / BatchSize);
        var schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, steps);
        train();
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            using var order = randperm(images.shape[0]);
            for (var start = 0L; start + BatchSize <= images.shape[0]; start += BatchSize)
            {
                using var scope = NewDisposeScope();
                var which = order.narrow(0, start, BatchSize);
                optimizer.zero_grad();
                functional.cross_entropy(call(images.index_select(0, which)), labels.index_select(0, which)).backward();
                optimizer.step();
                schedule.step();
            }
        }

        eval();
        return this;
    }

    /// <summary>The share of pictures that it puts in the class of their label.</summary>
    internal double Accuracy(Tensor images, Tensor labels)
    {
        using var scope = NewDisposeScope();
        return (Classify(images) == labels).to(float32).mean().ToDouble();
    }

    /// <summary>What the last layer sees of pictures, (B, 1024), and how likely each class is, (B, classes).</summary>
    internal (Tensor Features, Tensor Probabilities) Look(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var features = cat([.. images.split(500).Select(part => _features.call(part))]);
        return (features.MoveToOuterDisposeScope(), _head.call(features).softmax(1).MoveToOuterDisposeScope());
    }

    /// <summary>The likeliest class of each picture: (B), int64.</summary>
    internal Tensor Classify(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        return cat([.. images.split(500).Select(part => call(part).argmax(1))]).MoveToOuterDisposeScope();
    }

    private static Module<Tensor, Tensor>[] Stage(long inChannels, long outChannels) =>
        [Conv2d(inChannels, outChannels, 3, padding: 1), BatchNorm2d(outChannels), ReLU(), MaxPool2d(2)];
}
