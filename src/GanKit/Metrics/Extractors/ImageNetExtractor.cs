using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>
/// Features of a network that was trained on ImageNet, from a file of yours in torchvision's names: VGG16, which precision and recall are
/// measured with (torch-fidelity's <c>fc2_relu</c>), or AlexNet.
/// </summary>
/// <remarks>
/// The 4096 numbers before the classes, after their ReLU. Images are prepared as torch-fidelity's VGG16 has them: rounded to bytes, TensorFlow
/// 1's bilinear to 224 x 224, ImageNet's means and deviations. One thread at a time may use it.
/// <para>
/// Simonyan and Zisserman 2014, arXiv:1409.1556; Krizhevsky 2014, arXiv:1404.5997; precision and recall: Kynkäänniemi et al. 2019, arXiv:1904.06991.
/// </para>
/// </remarks>
public sealed class ImageNetExtractor : IFeatureExtractor, IDisposable
{
    internal static readonly WeightsFile PublishedVgg16 = new("vgg16-imagenet", "397923af", "vgg16-397923af.pth (torchvision)");
    internal static readonly WeightsFile PublishedAlexNet = new("alexnet-imagenet", "7be5be79", "alexnet-owt-7be5be79.pth (torchvision)");

    private readonly ImageNetNetwork _network;

    internal ImageNetExtractor(ImageNetNetwork network, string name, string? hash) => (_network, Name, Hash) = (network, name, hash);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string? Hash { get; }

    /// <inheritdoc/>
    public string Resizer => "rounded to bytes, TensorFlow 1's bilinear to 224, ImageNet's means and deviations";

    /// <summary>4096.</summary>
    public long FeatureSize => ImageNetNetwork.FeatureSize;

    /// <summary>1000.</summary>
    public long ClassCount => ImageNetNetwork.ClassCount;

    /// <summary>VGG16.</summary>
    /// <param name="path">torchvision's <c>vgg16-397923af.pth</c>, 528 MB; its SHA-256 is compared with the number in that name.</param>
    /// <param name="device">Where it runs, and where images have to be; the CPU by default.</param>
    /// <param name="allowOtherWeights">Whether a file with another hash will do; <see cref="Name"/> is the file's then.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file's hash is another, and that is not allowed.</exception>
    /// <exception cref="CheckpointFormatException">The file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">The file's weights are those of another network.</exception>
    public static ImageNetExtractor LoadVgg16(string path, Device? device = null, bool allowOtherWeights = false) =>
        Load(PublishedVgg16, ImageNetNetwork.Vgg16, path, device, allowOtherWeights);

    /// <summary>AlexNet.</summary>
    /// <param name="path">torchvision's <c>alexnet-owt-7be5be79.pth</c>, 233 MB; its SHA-256 is compared with the number in that name.</param>
    /// <param name="device">Where it runs, and where images have to be; the CPU by default.</param>
    /// <param name="allowOtherWeights">Whether a file with another hash will do; <see cref="Name"/> is the file's then.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file's hash is another, and that is not allowed.</exception>
    /// <exception cref="CheckpointFormatException">The file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">The file's weights are those of another network.</exception>
    public static ImageNetExtractor LoadAlexNet(string path, Device? device = null, bool allowOtherWeights = false) =>
        Load(PublishedAlexNet, ImageNetNetwork.AlexNet, path, device, allowOtherWeights);

    /// <inheritdoc/>
    public Tensor Extract(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return _network.call(Normalized(images)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc cref="IFeatureExtractor.ExtractWithLogits"/>
    public (Tensor Features, Tensor Logits) ExtractWithLogits(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var features = _network.call(Normalized(images));
        return (features.MoveToOuterDisposeScope(), _network.Logits(features).MoveToOuterDisposeScope());
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => _network.Dispose();

    private static ImageNetExtractor Load(
        WeightsFile published, Func<bool, ImageNetNetwork> network, string path, Device? device, bool allowOtherWeights)
    {
        var (name, hash) = published.Identify(path, allowOtherWeights);
        return new(FrozenNetwork.Load(network(true), path, new(), device), name, hash);
    }

    private static Tensor Normalized(Tensor images)
    {
        var levels = FeaturePreprocessing.TorchFidelity.Resize(images, ImageNetNetwork.ImageSize);
        var means = tensor([(float)(255 * 0.485), (float)(255 * 0.456), (float)(255 * 0.406)], device: levels.device).view(1, 3, 1, 1);
        var deviations = tensor([(float)(255 * 0.229), (float)(255 * 0.224), (float)(255 * 0.225)], device: levels.device).view(1, 3, 1, 1);
        return (levels - means) / deviations;
    }
}
