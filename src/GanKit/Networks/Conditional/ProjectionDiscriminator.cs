using GanKit.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// A discriminator that measures how well features and condition go together: the features' own logit, and their inner
/// product with the condition's learned vector.
/// </summary>
/// <remarks>
/// <c>D(x, y) = w · f(x) + b + v(y) · f(x)</c>, where f is the body, whose maps are summed over all positions;
/// <c>v(y)</c> is a row of a table for classes, <c>V y</c> for attributes. The ready-made bodies are
/// <see cref="Dcgan"/> and <see cref="Resnet"/>; any network from images to features will do. All their weights, w and
/// v have spectral normalisation.
/// <para>
/// A fresh head is Xavier uniform, w and v, as in the authors' code and in mimicry. Spectral normalisation cancels the scale
/// of v in what the network computes, but not in how fast it learns: Adam moves each number by about the learning rate
/// whatever its size, and numbers from N(0, 1) hardly change by that.
/// </para>
/// <para>
/// State keys are <c>body.*</c>, <c>linear.*</c> (mimicry's <c>l5</c> at 32 pixels) and <c>embedding.*</c> (mimicry's
/// <c>l_y</c>), each in the form that <see cref="SpectralNormLayer"/> describes.
/// </para>
/// <para>
/// Miyato, Koyama: cGANs with Projection Discriminator, ICLR 2018, arXiv:1802.05637. Their recipe: hinge loss, 5
/// discriminator steps, Adam 2e-4 (0, 0.9), <see cref="ConditionalSnganGenerator"/>. On easy data
/// <see cref="TrainerOptions.ProjectionGan"/> learns where these rates may collapse.
/// </para>
/// </remarks>
public sealed class ProjectionDiscriminator : Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "body")]
    private readonly Module<Tensor, Tensor> _body;
    [ComponentName(Name = "linear")]
    private readonly Module<Tensor, Tensor> _linear;
    [ComponentName(Name = "embedding")]
    private readonly Module<Tensor, Tensor> _embedding;

    /// <summary>Puts the head on a body of your own.</summary>
    /// <param name="conditioning">The conditions: classes or attributes.</param>
    /// <param name="body">From images to features, (B, F) or (B, F, H, W). The network owns it.</param>
    /// <param name="features">F, at least 1.</param>
    /// <param name="spectralNorm">Whether the head's weights have spectral normalisation. Default: yes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="features"/> is below 1.</exception>
    public ProjectionDiscriminator(
        Conditioning conditioning, Module<Tensor, Tensor> body, long features, bool spectralNorm = true)
        : base(NativeBackend.For(nameof(ProjectionDiscriminator)))
    {
        ArgumentNullException.ThrowIfNull(conditioning);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        (Conditioning, Features, _body) = (conditioning, features, body);
        _linear = SnganConvolutions.Dense(features, 1, spectralNorm);
        _embedding = conditioning.CreateEmbedding(features, spectralNorm);
        if (_embedding is Embedding table)
            init.xavier_uniform_(table.weight); // which initialisers leave alone
        else
            _embedding.Initialize(Initializer.XavierUniform());
        RegisterComponents();
    }

    /// <summary>The conditions.</summary>
    public Conditioning Conditioning { get; }

    /// <summary>How many features the body finds.</summary>
    public long Features { get; }

    /// <summary>The convolutional body of <see cref="SnDcganDiscriminator"/>, initialised as there.</summary>
    /// <param name="conditioning">The conditions.</param>
    /// <param name="imageSize">Height and width of the images: 16, 32 (the default), 64, 128 or 256.</param>
    /// <param name="channels">Channels of the images. Default: 3, colour.</param>
    /// <param name="width">
    /// Feature maps of the first stage; there are eight times as many features. Default: 64.
    /// </param>
    /// <returns>A new network on the CPU, in training mode.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static ProjectionDiscriminator Dcgan(
        Conditioning conditioning, long imageSize = 32, long channels = 3, long width = 64)
    {
        var body = FeatureBody.SnDcgan(imageSize, channels, width, out var features);
        return new ProjectionDiscriminator(conditioning, body, features);
    }

    /// <summary>
    /// The residual body of <see cref="SnganDiscriminator"/>, the authors' own, initialised as there.
    /// </summary>
    /// <param name="conditioning">The conditions.</param>
    /// <param name="imageSize">Height and width of the images: 32 (the default), 64 or 128.</param>
    /// <param name="channels">Channels of the images. Default: 3, colour.</param>
    /// <param name="width">
    /// Channels of the widest maps. Default: 128 at 32 x 32, otherwise 1024. At 64 and 128 a multiple of 16.
    /// </param>
    /// <returns>A new network on the CPU, in training mode.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static ProjectionDiscriminator Resnet(
        Conditioning conditioning, long imageSize = 32, long channels = 3, long? width = null)
    {
        var body = FeatureBody.Sngan(imageSize, channels, width, spectralNorm: true, out var features);
        return new ProjectionDiscriminator(conditioning, body, features);
    }

    /// <summary>
    /// Judges images, given their conditions; in training mode each call advances the power iterations.
    /// </summary>
    /// <param name="images">Inputs of the body, usually (B, C, H, W) in [-1, 1].</param>
    /// <param name="condition">Labels (B) or attributes (B, A), one for each image.</param>
    /// <returns>Logits (B, 1), before any sigmoid: the higher, the more real.</returns>
    /// <exception cref="ArgumentException">Images, condition or the body's features do not fit.</exception>
    public override Tensor forward(Tensor images, Tensor condition)
    {
        ArgumentNullException.ThrowIfNull(images);
        Conditioning.Require(condition, nameof(ProjectionDiscriminator), images.size(0));
        using var scope = NewDisposeScope();
        var features = FeatureBody.Run(_body, images, Features, nameof(ProjectionDiscriminator)); // (B, F)
        // (B, 1)
        var match = (_embedding.call(Conditioning.InTypeOf(condition, features)) * features).sum(1, keepdim: true);
        return _linear.call(features).Plus(match).MoveToOuterDisposeScope(); // (B, 1)
    }
}
