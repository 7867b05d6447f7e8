using static TorchSharp.torch;

namespace GanKit;

/// <summary>Independent standard normal components, z ~ N(0, I): what most GANs since DCGAN draw.</summary>
/// <param name="size">The length of a latent vector, at least 1; 100 in DCGAN, 128 in SNGAN, 512 in StyleGAN.</param>
public sealed class NormalLatent(long size) : Latent
{
    /// <inheritdoc/>
    public override long Size { get; } = RequireSize(size);

    /// <inheritdoc/>
    public override Tensor Sample(long count, Device device, Generator? generator = null) =>
        DrawNormal(RequireCount(count), Size, device, generator);
}
