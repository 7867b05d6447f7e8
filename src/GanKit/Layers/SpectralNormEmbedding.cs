using static TorchSharp.torch;

namespace GanKit.Layers;

/// <summary>
/// A table of vectors, looked up by number, with spectral normalisation: what the projection discriminator's labels go
/// through.
/// </summary>
/// <remarks>
/// <inheritdoc cref="SpectralNormLayer" path="/remarks"/>
/// <para>Miyato, Koyama: cGANs with Projection Discriminator, ICLR 2018, arXiv:1802.05637.</para>
/// </remarks>
public sealed class SpectralNormEmbedding : SpectralNormLayer
{
    private readonly long _embeddingSize;

    /// <summary>Builds the table with vectors from N(0, 1), PyTorch's default initialisation.</summary>
    /// <param name="count">How many vectors.</param>
    /// <param name="embeddingSize">Length of a vector.</param>
    /// <param name="powerIterations">Power iterations a training forward; 1 in PyTorch.</param>
    /// <param name="eps">The least value of a norm; 1e-12 in PyTorch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public SpectralNormEmbedding(long count, long embeddingSize, int powerIterations = 1, double eps = 1e-12)
        : base(NativeBackend.For(nameof(SpectralNormEmbedding)), Draw(count, embeddingSize), bias: null, 0, powerIterations,
            eps) =>
        _embeddingSize = embeddingSize;

    /// <summary>Looks vectors up.</summary>
    /// <param name="input">64-bit integers from 0 to count - 1, of any shape (...).</param>
    /// <returns>(..., embeddingSize).</returns>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        return NormalizeWeight()
            .index_select(0, input.flatten()) // (all, embeddingSize)
            .reshape([.. input.shape, _embeddingSize]) // (..., embeddingSize)
            .MoveToOuterDisposeScope();
    }

    private static Tensor Draw(long count, long embeddingSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(embeddingSize);
        return randn(count, embeddingSize);
    }
}
