using GanKit.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// The DCGAN generator: a latent vector becomes 4 x 4 feature maps, which transposed convolutions double in size and
/// halve in width until they are an image.
/// </summary>
/// <remarks>
/// Every stage is a 4 x 4 transposed convolution without bias, batch normalisation (eps 1e-5, momentum 0.1) and ReLU;
/// the last one is a transposed convolution and tanh. At 64 x 64 the widths are 8w, 4w, 2w, w, and layers, state keys
/// (<c>main.0.weight</c> ... <c>main.12.weight</c>) and the 3,576,704 parameters are those of the reference
/// implementation in <c>pytorch/examples</c>. Each doubling of the image size adds a stage of twice the width in front:
/// 2w, w at 16; 32w ... w at 256, where a smaller <c>width</c> is wise.
/// <para>A fresh network is initialised by <see cref="Initializer.Dcgan"/> from the global random source.</para>
/// <para>
/// Radford, Metz, Chintala: Unsupervised Representation Learning with Deep Convolutional Generative Adversarial
/// Networks, ICLR 2016, arXiv:1511.06434.
/// </para>
/// </remarks>
public sealed class DcganGenerator : Module<Tensor, Tensor>, IRebuildable
{
    [ComponentName(Name = "main")]
    private readonly Sequential _main;

    /// <summary>Builds the network on the CPU, in training mode.</summary>
    /// <param name="imageSize">Height and width of the images: 16, 32, 64 (the reference's), 128 or 256.</param>
    /// <param name="channels">Channels of the images; 3, colour, in the reference.</param>
    /// <param name="latentSize">Length of a latent vector, <c>nz</c> in the reference; 100 there.</param>
    /// <param name="width">Feature maps of the last hidden stage, <c>ngf</c> in the reference; 64 there.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="imageSize"/> is not a power of two from 16 to 256, or another number is not positive.
    /// </exception>
    public DcganGenerator(long imageSize = 64, long channels = 3, long latentSize = 100, long width = 64)
        : base(NativeBackend.For(nameof(DcganGenerator)))
    {
        var doublings = NetworkGuard.HalvingsTo4(imageSize, nameof(imageSize));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(latentSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        (ImageSize, Channels, LatentSize, Width) = (imageSize, channels, latentSize, width);
        _main = Sequential();

        var maps = width << (doublings - 1);
        AddStage(Layer.ConvTranspose2d(latentSize, maps, 4, stride: 1, padding: 0, bias: false), maps); // (B, maps, 4, 4)
        for (; maps > width; maps /= 2)
        {
            AddStage(Layer.ConvTranspose2d(maps, maps / 2, 4, stride: 2, padding: 1, bias: false), maps / 2);
        }

        _main.append(Layer.ConvTranspose2d(width, channels, 4, stride: 2, padding: 1, bias: false)).append(Tanh());
        RegisterComponents();
        this.Initialize(Initializer.Dcgan);
    }

    /// <summary>Height and width of the images, in pixels.</summary>
    public long ImageSize { get; }

    /// <summary>Channels of the images.</summary>
    public long Channels { get; }

    /// <summary>Length of a latent vector.</summary>
    public long LatentSize { get; }

    /// <summary>Feature maps of the last hidden stage.</summary>
    public long Width { get; }

    /// <summary>Makes images from latents.</summary>
    /// <param name="latents">
    /// (B, <see cref="LatentSize"/>) or (B, <see cref="LatentSize"/>, 1, 1); normal in the reference.
    /// </param>
    /// <returns>
    /// Images (B, <see cref="Channels"/>, <see cref="ImageSize"/>, <see cref="ImageSize"/>) in [-1, 1].
    /// </returns>
    /// <exception cref="ArgumentException">The latents have another shape.</exception>
    public override Tensor forward(Tensor latents)
    {
        NetworkGuard.RequireLatents(latents, LatentSize, nameof(DcganGenerator));
        using var maps = latents.reshape(latents.shape[0], LatentSize, 1, 1); // (B, nz, 1, 1)
        return _main.call(maps); // (B, C, S, S)
    }

    nn.Module IRebuildable.Rebuild() => new DcganGenerator(ImageSize, Channels, LatentSize, Width);

    private void AddStage(ConvTranspose2d convolution, long maps) =>
        _main.append(convolution).append(new BatchNormalization(maps)).append(ReLU(inplace: true));
}
