using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>
/// LPIPS 0.1: how far apart two images look, by the activations of a network that was trained on ImageNet. 0 for equal images; usable as a loss.
/// </summary>
/// <remarks>
/// Of five layers l: <c>sum_l mean_hw( w_l . (x_l / |x_l| - y_l / |y_l|)² )</c>, where <c>|.|</c> is the norm over channels at each place (plus
/// 1e-10) and
/// <c>w_l</c> are weights that were fitted to people's judgements. Images are first moved and scaled to ImageNet's statistics.
/// <para>
/// It has two files: the trunk's, torchvision's <c>alexnet-owt-7be5be79.pth</c> or <c>vgg16-397923af.pth</c>, and the judgements',
/// <c>lpips/weights/v0.1/alex.pth</c> or <c>vgg.pth</c> of the authors' repository (6 and 7 kB). AlexNet is what the authors advise for measuring, VGG16 for training.
/// Gradients flow to both images, and to no weight.
/// Usable by several threads at once.
/// </para>
/// <para>
/// Zhang, Isola, Efros, Shechtman, Wang: The Unreasonable Effectiveness of Deep Features as a Perceptual Metric, CVPR 2018, arXiv:1801.03924.
/// </para>
/// </remarks>
public sealed class PerceptualSimilarity : IReconstructionLoss, IPairMetric, IDisposable
{
    private const double Epsilon = 1e-10;

    private readonly PerceptualNetwork _network;

    internal PerceptualSimilarity(PerceptualNetwork network, string name, string? hash) => (_network, Name, Hash) = (network, name, hash);

    /// <summary>What was loaded, such as <c>lpips-0.1-alex</c>; the names of files that are not the published ones.</summary>
    public string Name { get; }

    /// <summary>The hashes of both files.</summary>
    public string? Hash { get; }

    /// <inheritdoc/>
    public bool LowerIsBetter => true;

    /// <inheritdoc/>
    public string Settings => $"weights {Hash}";

    /// <summary>LPIPS of AlexNet, which measures best.</summary>
    /// <param name="trunkPath">torchvision's <c>alexnet-owt-7be5be79.pth</c>; its classifier is not needed.</param>
    /// <param name="linearPath">The authors' <c>weights/v0.1/alex.pth</c>.</param>
    /// <param name="device">Where it runs, and where images have to be; the CPU by default.</param>
    /// <param name="allowOtherWeights">Whether files with other hashes will do; <see cref="Name"/> names them then.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A file's hash is another, and that is not allowed.</exception>
    /// <exception cref="CheckpointFormatException">A file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">A file's weights are those of another network.</exception>
    public static PerceptualSimilarity LoadAlexNet(string trunkPath, string linearPath, Device? device = null, bool allowOtherWeights = false) => Load(
        ImageNetNetwork.AlexNet, ImageNetExtractor.PublishedAlexNet, new("lpips-0.1-alex", "df73285e35b22355", "weights/v0.1/alex.pth (PerceptualSimilarity)"),
        trunkPath, linearPath, device, allowOtherWeights);

    /// <summary>LPIPS of VGG16, nearer to what older perceptual losses see.</summary>
    /// <param name="trunkPath">torchvision's <c>vgg16-397923af.pth</c>; its classifier is not needed.</param>
    /// <param name="linearPath">The authors' <c>weights/v0.1/vgg.pth</c>.</param>
    /// <param name="device">Where it runs, and where images have to be; the CPU by default.</param>
    /// <param name="allowOtherWeights">Whether files with other hashes will do; <see cref="Name"/> names them then.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A file's hash is another, and that is not allowed.</exception>
    /// <exception cref="CheckpointFormatException">A file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">A file's weights are those of another network.</exception>
    public static PerceptualSimilarity LoadVgg16(string trunkPath, string linearPath, Device? device = null, bool allowOtherWeights = false) => Load(
        ImageNetNetwork.Vgg16, ImageNetExtractor.PublishedVgg16, new("lpips-0.1-vgg", "a78928a0af1e5f0f", "weights/v0.1/vgg.pth (PerceptualSimilarity)"),
        trunkPath, linearPath, device, allowOtherWeights);

    /// <summary>Compares images one by one.</summary>
    /// <param name="images">
    /// Images (B, 3, H, W) or (B, 1, H, W) in [-1, 1], H and W at least 31 with AlexNet and 16 with VGG16, of the network's type, float32;
    /// 16-bit ones are widened.
    /// </param>
    /// <param name="targets">What each is compared with: as many, of the same shape, on the same device. The order of the two makes no difference.</param>
    /// <returns>The distance of each pair, at least 0: (B). The caller owns it.</returns>
    /// <exception cref="ArgumentException">The shape or type is another, or differs between the two.</exception>
    public Tensor Measure(Tensor images, Tensor targets)
    {
        Require(images, targets);
        using var scope = NewDisposeScope();
        return MeasureLayers(images, targets).Aggregate((sum, layer) => sum + layer).MoveToOuterDisposeScope();
    }

    /// <summary>The mean distance of a batch; its gradient reaches both arguments.</summary>
    /// <param name="output">Images (B, 3, H, W) or (B, 1, H, W) in [-1, 1], as <see cref="Measure"/> takes them.</param>
    /// <param name="target">What they should be.</param>
    /// <returns>A scalar tensor.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or are such as <see cref="Measure"/> does not take.</exception>
    public Tensor Loss(Tensor output, Tensor target)
    {
        using var distances = Measure(output, target);
        return distances.mean();
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => _network.Dispose();

    /// <summary>Each layer's share of the distances, (B) each, in the caller's dispose scope.</summary>
    internal Tensor[] MeasureLayers(Tensor images, Tensor targets)
    {
        var layers = _network.Trunk.Taps(PerceptualNetwork.Scale(images)).Zip(_network.Trunk.Taps(PerceptualNetwork.Scale(targets)));
        return [.. layers.Select((pair, index) => _network.Weigh(index, (Normalize(pair.First) - Normalize(pair.Second)).square()).mean([1, 2, 3]))];
    }

    // Where all channels are 0, the slope of the root is infinite; the backward pass of the ReLU before it lets nothing of that through.
    private static Tensor Normalize(Tensor maps) => maps / (maps.square().sum(1, keepdim: true).sqrt() + Epsilon);

    private void Require(Tensor images, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(targets);
        var smallest = _network.Trunk.SmallestImage;
        if (images.shape is not [> 0, 1 or 3, var height, var width] || height < smallest || width < smallest || !images.is_floating_point())
        {
            throw new ArgumentException(
                $"{Name} compares floating-point images (B, 3, H, W) or (B, 1, H, W) of at least {smallest} x {smallest} pixels, but these are "
                + $"{images.dtype} {images.Describe()}.", nameof(images));
        }

        if (!images.shape.SequenceEqual(targets.shape) || images.dtype != targets.dtype || !images.device.Matches(targets.device))
        {
            throw new ArgumentException(
                $"The images are {images.dtype} {images.Describe()} on {images.device}, and what they are compared with is {targets.dtype} {targets.Describe()} on "
                + $"{targets.device}; type, shape and device must be equal.", nameof(targets));
        }
    }

    private static PerceptualSimilarity Load(
        Func<bool, ImageNetNetwork> trunk, WeightsFile trunkFile, WeightsFile judgementFile, string trunkPath, string linearPath,
        Device? device, bool allowOther)
    {
        var (trunkName, trunkHash) = trunkFile.Identify(trunkPath, allowOther);
        var (judgementName, judgementHash) = judgementFile.Identify(linearPath, allowOther);
        var network = new PerceptualNetwork(FrozenNetwork.Load(
            trunk(false), trunkPath, new() { KeyMap = new KeyMap().Drop(name => name.StartsWith("classifier.", StringComparison.Ordinal)) }, null));
        var name = trunkName == trunkFile.Name ? judgementName : $"{judgementName} on {trunkName}";
        try
        {
            network.Linear.LoadWeights(linearPath);
        }
        catch
        {
            network.Dispose();
            throw;
        }

        return new(network.Freeze(device), name, $"{trunkHash}+{judgementHash}");
    }
}
