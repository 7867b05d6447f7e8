using GanKit.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// The DCGAN generator with a condition: <see cref="DcganGenerator"/> with a condition joined to its latents,
/// or with conditional batch normalisation.
/// </summary>
/// <remarks>
/// Stages, widths and the numbers in the state keys (<c>main.0.weight</c> ...) are <see cref="DcganGenerator"/>'s.
/// There are two ways in for the condition:
/// <list type="bullet">
/// <item>joined to the latents (the default): attributes as they are, classes as learned vectors, a table
/// <c>embedding.weight</c> that starts at N(0, 1). Mirza and Osindero: Conditional Generative Adversarial Nets, 2014,
/// arXiv:1411.1784;</item>
/// <item>by <see cref="ConditionalBatchNorm2d"/> in the place of every batch normalisation (<c>main.1.embed.weight</c>,
/// <c>main.1.bn.running_mean</c> ...), the latents staying alone. Miyato and Koyama: cGANs with Projection
/// Discriminator, ICLR 2018, arXiv:1802.05637.</item>
/// </list>
/// <para>A fresh network is initialised by <see cref="Initializer.Dcgan"/> from the global random source.</para>
/// </remarks>
public sealed class ConditionalDcganGenerator : Module<Tensor, Tensor, Tensor>, IRebuildable, IClassConditional
{
    [ComponentName(Name = "main")]
    private readonly ModuleList<nn.Module> _main;
    [ComponentName(Name = "embedding")]
    private readonly Module<Tensor, Tensor>? _embedding;
    private readonly long _embeddingSize;

    /// <summary>Builds the network on the CPU, in training mode.</summary>
    /// <param name="conditioning">The conditions: classes or attributes.</param>
    /// <param name="imageSize">Height and width of the images: 16, 32, 64 (the default), 128 or 256.</param>
    /// <param name="channels">Channels of the images. Default: 3, colour.</param>
    /// <param name="latentSize">Length of a latent vector. Default: 100.</param>
    /// <param name="width">Feature maps of the last hidden stage. Default: 64.</param>
    /// <param name="embeddingSize">
    /// Length of a class's learned vector. Default: 50. Not used for attributes or conditional normalisation.
    /// </param>
    /// <param name="conditionalNorm">
    /// Whether the condition goes to every batch normalisation instead of to the latents. Default: no.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="imageSize"/> is not a power of two from 16 to 256, or another number is not positive.
    /// </exception>
    public ConditionalDcganGenerator(
        Conditioning conditioning, long imageSize = 64, long channels = 3, long latentSize = 100, long width = 64,
        long embeddingSize = 50, bool conditionalNorm = false)
        : base(NativeBackend.For(nameof(ConditionalDcganGenerator)))
    {
        ArgumentNullException.ThrowIfNull(conditioning);
        var doublings = NetworkGuard.HalvingsTo4(imageSize, nameof(imageSize));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(latentSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(embeddingSize);
        (Conditioning, ImageSize, Channels) = (conditioning, imageSize, channels);
        (LatentSize, Width, ConditionalNorm) = (latentSize, width, conditionalNorm);
        _embeddingSize = embeddingSize;
        _main = new();
        if (conditioning.AreClasses && !conditionalNorm)
            _embedding = conditioning.CreateEmbedding(embeddingSize);

        var joined = conditionalNorm ? 0 : conditioning.AreClasses ? embeddingSize : conditioning.Size;
        var maps = width << (doublings - 1);
        // (B, maps, 4, 4)
        AddStage(Layer.ConvTranspose2d(latentSize + joined, maps, 4, stride: 1, padding: 0, bias: false), maps);
        for (; maps > width; maps /= 2)
        {
            AddStage(Layer.ConvTranspose2d(maps, maps / 2, 4, stride: 2, padding: 1, bias: false), maps / 2);
        }

        _main.Add(Layer.ConvTranspose2d(width, channels, 4, stride: 2, padding: 1, bias: false));
        _main.Add(Tanh());
        RegisterComponents();
        this.Initialize(Initializer.Dcgan);
    }

    /// <summary>The conditions.</summary>
    public Conditioning Conditioning { get; }

    long? IClassConditional.ClassCount => Conditioning.AreClasses ? Conditioning.NoClass ?? Conditioning.Size : null;

    /// <summary>Height and width of the images, in pixels.</summary>
    public long ImageSize { get; }

    /// <summary>Channels of the images.</summary>
    public long Channels { get; }

    /// <summary>Length of a latent vector.</summary>
    public long LatentSize { get; }

    /// <summary>Feature maps of the last hidden stage.</summary>
    public long Width { get; }

    /// <summary>Whether the condition goes to the normalisations instead of to the latents.</summary>
    public bool ConditionalNorm { get; }

    /// <summary>Makes images from latents and conditions.</summary>
    /// <param name="latents">
    /// (B, <see cref="LatentSize"/>) or (B, <see cref="LatentSize"/>, 1, 1); usually normal.
    /// </param>
    /// <param name="condition">Labels (B) or attributes (B, A), one for each latent.</param>
    /// <returns>
    /// Images (B, <see cref="Channels"/>, <see cref="ImageSize"/>, <see cref="ImageSize"/>) in [-1, 1].
    /// </returns>
    /// <exception cref="ArgumentException">Latents or condition do not fit.</exception>
    public override Tensor forward(Tensor latents, Tensor condition)
    {
        NetworkGuard.RequireLatents(latents, LatentSize, nameof(ConditionalDcganGenerator));
        Conditioning.Require(condition, nameof(ConditionalDcganGenerator), latents.size(0));
        using var scope = NewDisposeScope();
        var input = latents.flatten(1); // (B, nz)
        if (!ConditionalNorm)
            input = cat([input, _embedding?.call(condition) ?? condition.to(input.dtype)], 1); // (B, nz + E)
        return input.unsqueeze(-1).unsqueeze(-1).Through(_main, condition).MoveToOuterDisposeScope(); // (B, C, S, S)
    }

    nn.Module IRebuildable.Rebuild() => new ConditionalDcganGenerator(
        Conditioning, ImageSize, Channels, LatentSize, Width, _embeddingSize, ConditionalNorm);

    private void AddStage(ConvTranspose2d convolution, long maps)
    {
        _main.Add(convolution);
        _main.Add(ConditionalNorm ? new ConditionalBatchNorm2d(maps, Conditioning) : new BatchNormalization(maps));
        _main.Add(ReLU(inplace: true));
    }
}
