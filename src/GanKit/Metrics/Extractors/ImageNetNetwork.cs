using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Metrics;

/// <summary>torchvision's AlexNet and VGG16, with its names: convolutions, a pool to one size, and, where asked for, three linear layers.</summary>
internal sealed class ImageNetNetwork : Module<Tensor, Tensor>
{
    internal const int ImageSize = 224;
    internal const long FeatureSize = 4096;
    internal const long ClassCount = 1000;

    [ComponentName(Name = "features")]
    private readonly Sequential _features;
    [ComponentName(Name = "classifier")]
    private readonly Sequential? _classifier;
    private readonly long _pooled;
    private readonly int[] _taps;

    private ImageNetNetwork(string name, Module<Tensor, Tensor>[] features, int[] taps, long smallest, long pooled, Module<Tensor, Tensor>[]? classifier)
        : base(NativeBackend.For(name))
    {
        (_taps, SmallestImage, _pooled) = (taps, smallest, pooled);
        _features = Sequential(features);
        if (classifier is not null)
            _classifier = Sequential(classifier);
        RegisterComponents();
        eval();
    }

    /// <summary>The height and width below which a pool would have nothing left.</summary>
    internal long SmallestImage { get; }

    /// <summary>Channels of what <see cref="Taps"/> gives.</summary>
    internal required long[] TapChannels { get; init; }

    /// <summary>Krizhevsky 2014, arXiv:1404.5997.</summary>
    internal static ImageNetNetwork AlexNet(bool withClassifier) => new(
        "AlexNet",
        [
            Conv2d(3, 64, 11, stride: 4, padding: 2L), ReLU(), MaxPool2d(3, stride: 2),
            Conv2d(64, 192, 5, padding: 2L), ReLU(), MaxPool2d(3, stride: 2),
            Conv2d(192, 384, 3, padding: 1L), ReLU(), Conv2d(384, 256, 3, padding: 1L), ReLU(), Conv2d(256, 256, 3, padding: 1L), ReLU(),
            MaxPool2d(3, stride: 2),
        ],
        taps: [1, 4, 7, 9, 11], smallest: 31, pooled: 6,
        withClassifier
            ? [Dropout(), Linear(256 * 6 * 6, FeatureSize), ReLU(), Dropout(), Linear(FeatureSize, FeatureSize), ReLU(), Linear(FeatureSize, ClassCount)]
            : null)
    {
        TapChannels = [64, 192, 384, 256, 256],
    };

    /// <summary>Simonyan and Zisserman 2014, arXiv:1409.1556, configuration D.</summary>
    internal static ImageNetNetwork Vgg16(bool withClassifier)
    {
        var layers = new List<Module<Tensor, Tensor>>();
        var maps = 3L;
        foreach (var next in (long[])[64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0])
        {
            if (next == 0)
            {
                layers.Add(MaxPool2d(2, stride: 2));
                continue;
            }

            layers.AddRange([Conv2d(maps, next, 3, padding: 1L), ReLU()]);
            maps = next;
        }

        return new(
            "VGG16", [.. layers], taps: [3, 8, 15, 22, 29], smallest: 16, pooled: 7,
            withClassifier
                ? [Linear(512 * 7 * 7, FeatureSize), ReLU(), Dropout(), Linear(FeatureSize, FeatureSize), ReLU(), Dropout(), Linear(FeatureSize, ClassCount)]
                : null)
        {
            TapChannels = [64, 128, 256, 512, 512],
        };
    }

    /// <summary>The features before the classes, after their ReLU: (B, 3, 224, 224) to (B, 4096).</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var maps = functional.adaptive_avg_pool2d(_features.call(input), [_pooled, _pooled]).flatten(1);
        return _classifier!.children().Cast<Module<Tensor, Tensor>>().SkipLast(1)
            .Aggregate(maps, (features, layer) => layer.call(features)).MoveToOuterDisposeScope();
    }

    /// <summary>Logits of the 1000 classes.</summary>
    internal Tensor Logits(Tensor features) => ((Module<Tensor, Tensor>)_classifier!.children().Last()).call(features);

    /// <summary>What the five activations that LPIPS compares give; they belong to the caller's dispose scope.</summary>
    internal IEnumerable<Tensor> Taps(Tensor input)
    {
        var maps = input;
        foreach (var (index, layer) in _features.children().Cast<Module<Tensor, Tensor>>().Take(_taps[^1] + 1).Index())
        {
            maps = layer.call(maps);
            if (_taps.Contains(index))
                yield return maps;
        }
    }
}
