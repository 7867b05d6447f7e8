using GanKit.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// The generator of the original GAN in its common form: fully connected, 128, 256, 512 and 1024 units wide.
/// </summary>
/// <remarks>
/// LeakyReLU of slope 0.2 follows every hidden layer, batch normalisation stands before it from the second hidden layer
/// on, and tanh ends the network. With 1 x 28 x 28 images it has 1,510,032 parameters; its state keys are
/// <c>model.0.weight</c> ... <c>model.11.bias</c>. A fresh network keeps PyTorch's default initialisation.
/// <para>
/// Goodfellow et al.: Generative Adversarial Networks, NeurIPS 2014, arXiv:1406.2661. Batch normalisation has PyTorch's
/// defaults (eps 1e-5, momentum 0.1).
/// </para>
/// </remarks>
[Samplewise]
public sealed class MlpGenerator : Module<Tensor, Tensor>, IRebuildable
{
    private static readonly long[] HiddenSizes = [128, 256, 512, 1024];

    [ComponentName(Name = "model")]
    private readonly Sequential _model;

    /// <summary>Builds the network on the CPU, in training mode.</summary>
    /// <param name="imageShape">Channels, height and width of the images; 1 x 28 x 28 for MNIST.</param>
    /// <param name="latentSize">Length of a latent vector; 100 by custom.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public MlpGenerator((long Channels, long Height, long Width) imageShape, long latentSize = 100)
        : base(NativeBackend.For(nameof(MlpGenerator)))
    {
        var pixels = NetworkGuard.CountPixels(imageShape, nameof(imageShape));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(latentSize);
        (ImageShape, LatentSize) = (imageShape, latentSize);
        _model = Sequential();

        _model.append(Layer.Linear(latentSize, HiddenSizes[0])).append(new LeakyLayer(0.2, inplace: true));
        foreach (var (inputs, units) in HiddenSizes.Zip(HiddenSizes.Skip(1)))
        {
            _model.append(Layer.Linear(inputs, units)).append(new BatchNormalization(units)).append(new LeakyLayer(0.2, inplace: true));
        }

        _model.append(Layer.Linear(HiddenSizes[^1], pixels)).append(Tanh());
        RegisterComponents();
    }

    /// <summary>Channels, height and width of the images.</summary>
    public (long Channels, long Height, long Width) ImageShape { get; }

    /// <summary>Length of a latent vector.</summary>
    public long LatentSize { get; }

    /// <summary>Makes images from latents.</summary>
    /// <param name="latents">(B, <see cref="LatentSize"/>) or (B, <see cref="LatentSize"/>, 1, 1).</param>
    /// <returns>Images (B, C, H, W) in [-1, 1]. Batch normalisation in training needs B of at least 2.</returns>
    /// <exception cref="ArgumentException">The latents have another shape.</exception>
    public override Tensor forward(Tensor latents)
    {
        NetworkGuard.RequireLatents(latents, LatentSize, nameof(MlpGenerator));
        using var vectors = latents.reshape(latents.shape[0], LatentSize); // (B, nz)
        using var pixels = _model.call(vectors); // (B, C * H * W)
        var (channels, height, width) = ImageShape;
        return pixels.reshape(latents.shape[0], channels, height, width); // (B, C, H, W)
    }

    nn.Module IRebuildable.Rebuild() => new MlpGenerator(ImageShape, LatentSize);
}
