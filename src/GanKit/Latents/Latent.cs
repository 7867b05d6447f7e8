using static TorchSharp.torch;

namespace GanKit;

/// <summary>A distribution of latent vectors, the generator's source of variety.</summary>
/// <remarks>Derive from it for another distribution; sampling must not read values back from the device.</remarks>
public abstract class Latent
{
    /// <summary>The length of one latent vector.</summary>
    public abstract long Size { get; }

    /// <summary>Draws latents.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="device">Where to make them.</param>
    /// <param name="generator">
    /// A random source on the CPU, the only ones that TorchSharp makes: numbers are drawn there, latent after latent, and
    /// moved. So a seed means the same latents on every device, and its first latent is the same in a batch of 1 as in one of
    /// 64. The device's default one when <see langword="null"/>.
    /// </param>
    /// <returns>A tensor (count, size) of 32-bit floats that belongs to the current dispose scope.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public abstract Tensor Sample(long count, Device device, Generator? generator = null);

    /// <summary>Draws latents of the type that a generator's weights have, as objectives do.</summary>
    /// <param name="network">The generator. Without weights, it gets latents as they are drawn.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="device">Where to make them.</param>
    /// <param name="generator">A random source, as <see cref="Sample"/> takes it: the same latents, rounded to the type.</param>
    /// <returns>A tensor (count, size) that belongs to the current dispose scope.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public Tensor SampleFor(nn.Module network, long count, Device device, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var scope = NewDisposeScope();
        var latents = Sample(count, device, generator)
            ?? throw new InvalidOperationException($"{GetType().Name}.Sample returned null instead of latents.");
        return latents.to_type(network.WeightType() ?? latents.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Standard normal components; see <see cref="NormalLatent"/>.</summary>
    /// <param name="size">The length of a latent vector, at least 1.</param>
    public static Latent Normal(long size) => new NormalLatent(size);

    /// <summary>Uniform components; see <see cref="UniformLatent"/>.</summary>
    /// <param name="size">The length of a latent vector, at least 1.</param>
    /// <param name="low">The lower bound; -1 by default.</param>
    /// <param name="high">The upper bound; 1 by default.</param>
    public static Latent Uniform(long size, double low = -1, double high = 1) => new UniformLatent(size, low, high);

    /// <summary>Truncated normal components; see <see cref="TruncatedNormalLatent"/>.</summary>
    /// <param name="size">The length of a latent vector, at least 1.</param>
    /// <param name="threshold">The largest absolute value of a component; 2 by default.</param>
    public static Latent TruncatedNormal(long size, double threshold = 2) => new TruncatedNormalLatent(size, threshold);

    /// <summary>The same latents at every call; see <see cref="FixedLatent"/>.</summary>
    /// <param name="latents">Latent vectors (N, size).</param>
    public static FixedLatent Fixed(Tensor latents) => new(latents);

    /// <summary>
    /// Draws numbers where the random source is, and brings them to the device: TorchSharp's sources are the CPU's.
    /// </summary>
    /// <param name="draw">
    /// Draws on the device that it is given, with <paramref name="generator"/>: <c>rand</c> does so number by number, for
    /// normal numbers see <see cref="DrawNormal"/>.
    /// </param>
    /// <param name="device">Where the numbers are wanted.</param>
    /// <param name="generator">The random source, or <see langword="null"/> for the device's default one.</param>
    /// <returns>The numbers, in the current dispose scope.</returns>
    protected static Tensor Draw(Func<Device, Tensor> draw, Device device, Generator? generator)
    {
        if (generator is null)
            return draw(device);
        using var scope = NewDisposeScope();
        return draw(generator.device).to(device).MoveToOuterDisposeScope();
    }

    /// <summary>Draws standard normal numbers where the random source is, and brings them to the device.</summary>
    /// <remarks>
    /// With a random source they are drawn number by number, so that a latent of a seed is the same whatever the count and
    /// whatever processor it is; libtorch's <c>randn</c> draws in blocks, the last 16 numbers anew, and by kernels that round
    /// in their own way. In PyTorch: <c>torch.empty(count, size, 2).select(2, 0).normal_(generator=generator)</c>.
    /// </remarks>
    /// <param name="count">How many latents, at least 1.</param>
    /// <param name="size">The length of one.</param>
    /// <param name="device">Where the numbers are wanted.</param>
    /// <param name="generator">The random source, or <see langword="null"/> for the device's default one.</param>
    /// <returns>A tensor (count, size) of 32-bit floats, in the current dispose scope.</returns>
    protected static Tensor DrawNormal(long count, long size, Device device, Generator? generator) =>
        Draw(where => generator is null ? randn([count, size], device: where) : OneByOne(count, size, where, generator),
            device, generator);

    // libtorch fills what is not contiguous number by number.
    private static Tensor OneByOne(long count, long size, Device device, Generator generator)
    {
        using var scope = NewDisposeScope();
        return empty([count, size, 2], device: device).select(2, 0).normal_(0, 1, generator).contiguous()
            .MoveToOuterDisposeScope();
    }

    private protected static long RequireSize(long size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        return size;
    }

    private protected static long RequireCount(long count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return count;
    }
}
