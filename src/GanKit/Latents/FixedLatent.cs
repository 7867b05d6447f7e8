using static TorchSharp.torch;

namespace GanKit;

/// <summary>The same latents at every call: the first <c>count</c> rows of a given tensor.</summary>
/// <remarks>It keeps a copy of the tensor; dispose it to free that.</remarks>
public sealed class FixedLatent : Latent, IDisposable
{
    private readonly Tensor _latents;

    /// <summary>Keeps a copy of the latents.</summary>
    /// <param name="latents">Latent vectors (N, size), N at least 1.</param>
    /// <exception cref="ArgumentException">The tensor has not two dimensions, or is empty.</exception>
    public FixedLatent(Tensor latents)
    {
        ArgumentNullException.ThrowIfNull(latents);
        if (latents.dim() != 2 || latents.numel() == 0)
        {
            throw new ArgumentException(
                $"Fixed latents must have shape (N, size), but have shape {latents.Describe()}.", nameof(latents));
        }

        _latents = latents.KeptCopy();
    }

    /// <inheritdoc/>
    public override long Size => _latents.shape[1];

    /// <summary>How many latents there are, N.</summary>
    public long Count => _latents.shape[0];

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">More are asked for than there are.</exception>
    public override Tensor Sample(long count, Device device, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(RequireCount(count), Count);
        using var rows = _latents.narrow(0, 0, count);
        return rows.to(device, copy: true); // a view would let a network that works in place change them
    }

    /// <summary>Frees the copy.</summary>
    public void Dispose() => _latents.Dispose();
}
