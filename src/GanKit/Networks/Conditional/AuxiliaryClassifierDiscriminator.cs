using GanKit.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// The discriminator of AC-GAN: it predicts whether an image is real, and its condition, which is no input.
/// </summary>
/// <remarks>
/// Two linear layers on the features of one body: <c>linear</c> for the adversarial logit, <c>classifier</c> for the
/// class logits, which go into a cross entropy as they are, without softmax (for attributes into a binary one, without
/// sigmoid). The ready-made bodies are <see cref="Dcgan"/> and <see cref="Resnet"/>; any network from images to
/// features will do. State keys are <c>body.*</c>, <c>linear.*</c> and <c>classifier.*</c>. "No class", where there is
/// one, is a class.
/// <para>
/// Odena, Olah, Shlens: Conditional Image Synthesis with Auxiliary Classifier GANs, ICML 2017, arXiv:1610.09585.
/// </para>
/// </remarks>
public sealed class AuxiliaryClassifierDiscriminator : Module<Tensor, (Tensor, Tensor)>
{
    [ComponentName(Name = "body")]
    private readonly Module<Tensor, Tensor> _body;
    [ComponentName(Name = "linear")]
    private readonly Module<Tensor, Tensor> _linear;
    [ComponentName(Name = "classifier")]
    private readonly Module<Tensor, Tensor> _classifier;

    /// <summary>Puts the two heads on a body of your own.</summary>
    /// <param name="conditioning">The conditions: classes or attributes.</param>
    /// <param name="body">
    /// From images to features, (B, F) or (B, F, H, W), which are summed over all positions. The network owns it.
    /// </param>
    /// <param name="features">F, at least 1.</param>
    /// <param name="spectralNorm">Whether the heads' weights have spectral normalisation. Default: no.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="features"/> is below 1.</exception>
    public AuxiliaryClassifierDiscriminator(
        Conditioning conditioning, Module<Tensor, Tensor> body, long features, bool spectralNorm = false)
        : base(NativeBackend.For(nameof(AuxiliaryClassifierDiscriminator)))
    {
        ArgumentNullException.ThrowIfNull(conditioning);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        (Conditioning, Features, _body) = (conditioning, features, body);
        _linear = SnganConvolutions.Dense(features, 1, spectralNorm);
        _classifier = SnganConvolutions.Dense(features, conditioning.Size, spectralNorm);
        RegisterComponents();
    }

    /// <summary>The conditions.</summary>
    public Conditioning Conditioning { get; }

    /// <summary>How many features the body finds.</summary>
    public long Features { get; }

    /// <summary>The body of <see cref="DcganDiscriminator"/>, with batch normalisation, initialised as there.</summary>
    /// <param name="conditioning">The conditions.</param>
    /// <param name="imageSize">Height and width of the images: 16, 32, 64 (the default), 128 or 256.</param>
    /// <param name="channels">Channels of the images. Default: 3, colour.</param>
    /// <param name="width">Feature maps of the first stage. Default: 64.</param>
    /// <returns>A new network on the CPU, in training mode.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static AuxiliaryClassifierDiscriminator Dcgan(
        Conditioning conditioning, long imageSize = 64, long channels = 3, long width = 64)
    {
        var body = FeatureBody.Dcgan(imageSize, channels, width, out var features);
        return new AuxiliaryClassifierDiscriminator(conditioning, body, features).Initialize(Initializer.Dcgan);
    }

    /// <summary>The residual body of <see cref="SnganDiscriminator"/>, with spectral normalisation.</summary>
    /// <param name="conditioning">The conditions.</param>
    /// <param name="imageSize">Height and width of the images: 32 (the default), 64 or 128.</param>
    /// <param name="channels">Channels of the images. Default: 3, colour.</param>
    /// <param name="width">
    /// Channels of the widest maps. Default: 128 at 32 x 32, otherwise 1024. At 64 and 128 a multiple of 16.
    /// </param>
    /// <returns>A new network on the CPU, in training mode.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static AuxiliaryClassifierDiscriminator Resnet(
        Conditioning conditioning, long imageSize = 32, long channels = 3, long? width = null)
    {
        var body = FeatureBody.Sngan(imageSize, channels, width, spectralNorm: true, out var features);
        return new AuxiliaryClassifierDiscriminator(conditioning, body, features, spectralNorm: true);
    }

    /// <summary>Judges images and predicts their conditions.</summary>
    /// <param name="images">Inputs of the body, usually (B, C, H, W) in [-1, 1].</param>
    /// <returns>
    /// Adversarial logits (B, 1), before any sigmoid, the higher, the more real; and class logits (B, K), before any
    /// softmax.
    /// </returns>
    /// <exception cref="ArgumentException">Images or the body's features do not fit.</exception>
    public override (Tensor, Tensor) forward(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        using var scope = NewDisposeScope();
        var features = FeatureBody.Run(_body, images, Features, nameof(AuxiliaryClassifierDiscriminator)); // (B, F)
        var (logits, classLogits) = (_linear.call(features), _classifier.call(features)); // (B, 1), (B, K)
        return (logits.MoveToOuterDisposeScope(), classLogits.MoveToOuterDisposeScope());
    }
}
