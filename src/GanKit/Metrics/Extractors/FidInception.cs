using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>
/// The extractor of the Fréchet Inception Distance: Inception v3 with the weights that TensorFlow released on 2015-12-05, from a file of yours.
/// </summary>
/// <remarks>
/// The file is <c>pt_inception-2015-12-05-6726825d.pth</c> of pytorch-fid or <c>weights-inception-2015-12-05-6726825d.pth</c> of
/// torch-fidelity; its SHA-256 is compared with the number in that name. The network has 1008 classes, eps 0.001 in its batch normalisations,
/// average pools that leave padding out, and a maximum pool in its last block, unlike torchvision's. What an image
/// takes: docs/knowing-when-to-stop.md. One thread at a time may use it.
/// <para>
/// Szegedy et al.: Rethinking the Inception Architecture for Computer Vision, CVPR 2016, arXiv:1512.00567. Heusel et al.: GANs Trained by a Two
/// Time-Scale Update Rule Converge to a Local Nash Equilibrium, NeurIPS 2017, arXiv:1706.08500.
/// </para>
/// </remarks>
public sealed class FidInception : IFeatureExtractor, IDisposable
{
    private static readonly WeightsFile Published = new(
        "inception-2015-12-05", "6726825d", "pt_inception-2015-12-05-6726825d.pth (pytorch-fid)",
        "weights-inception-2015-12-05-6726825d.pth (torch-fidelity)");

    private readonly FidInceptionNetwork _network;

    internal FidInception(FidInceptionNetwork network, string name, string? hash, long featureSize, FeaturePreprocessing preprocessing)
    {
        (_network, Hash, FeatureSize, Preprocessing) = (network, hash, featureSize, preprocessing);
        Name = featureSize == 2048 ? name : $"{name}, {featureSize} features";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string? Hash { get; }

    /// <inheritdoc/>
    public string Resizer => Preprocessing.ToString();

    /// <summary>What is done to images before the network sees them.</summary>
    public FeaturePreprocessing Preprocessing { get; }

    /// <inheritdoc/>
    public long FeatureSize { get; }

    /// <summary>1008, the classes of the logits; 0 with fewer than 2048 features, which lie before the classes.</summary>
    public long ClassCount => FeatureSize == 2048 ? FidInceptionNetwork.ClassCount : 0;

    /// <summary>Makes the network and loads its weights.</summary>
    /// <param name="path">The weights' file, 91 MB, of any format that <see cref="PyTorchFile.Open(string)"/> reads.</param>
    /// <param name="featureSize">
    /// 2048, the default and what "FID" means; or 64, 192 or 768, the means of earlier maps, which need fewer samples.
    /// </param>
    /// <param name="preprocessing">Which tool's; <see cref="FeaturePreprocessing.TorchFidelity"/>, the original's, by default.</param>
    /// <param name="device">Where it runs, and where images have to be; the CPU by default.</param>
    /// <param name="allowOtherWeights">Whether a file with another hash will do; <see cref="Name"/> is the file's then.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file's hash is another, and that is not allowed.</exception>
    /// <exception cref="CheckpointFormatException">The file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">The file's weights are those of another network.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no features of that size.</exception>
    public static FidInception Load(
        string path, long featureSize = 2048, FeaturePreprocessing? preprocessing = null, Device? device = null, bool allowOtherWeights = false)
    {
        if (!FidInceptionNetwork.FeatureSizes.Contains(featureSize))
        {
            throw new ArgumentOutOfRangeException(
                nameof(featureSize), featureSize,
                $"The FID Inception has features of {string.Join(", ", FidInceptionNetwork.FeatureSizes)} numbers, not of {featureSize}.");
        }

        var (name, hash) = Published.Identify(path, allowOtherWeights);
        var network = FrozenNetwork.Load(new FidInceptionNetwork(), path, new(), device);
        return new(network, name, hash, featureSize, preprocessing ?? FeaturePreprocessing.TorchFidelity);
    }

    /// <inheritdoc/>
    public Tensor Extract(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return _network.Features(Preprocessing.Prepare(images), FeatureSize).MoveToOuterDisposeScope();
    }

    /// <summary>The features of a batch and its logits, of one pass.</summary>
    /// <param name="images">Images (B, C, H, W), as <see cref="Extract"/> takes them.</param>
    /// <returns>
    /// Features (B, 2048) and logits (B, 1008), without the bias, as the Inception Score of all tools has them. The caller owns both.
    /// </returns>
    /// <exception cref="ArgumentException">The extractor can't read such images.</exception>
    /// <exception cref="NotSupportedException">The extractor has fewer than 2048 features.</exception>
    public (Tensor Features, Tensor Logits) ExtractWithLogits(Tensor images)
    {
        if (ClassCount == 0)
            throw new NotSupportedException($"{Name}: logits come of the 2048 features of the last stage; load it with featureSize: 2048.");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var features = Extract(images);
        return (features.MoveToOuterDisposeScope(), _network.Logits(features).MoveToOuterDisposeScope());
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => _network.Dispose();
}
