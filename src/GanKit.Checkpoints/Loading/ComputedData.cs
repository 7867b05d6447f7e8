using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>Numbers that a file does not hold, but that follow from those it holds; computed when they are asked for.</summary>
internal sealed class ComputedData(long length, Func<Tensor> compute) : StorageData
{
    private byte[]? _bytes;

    internal override long Length => length;

    /// <summary>Its sources can turn out to be broken.</summary>
    internal override bool IsPacked => true;

    /// <summary>A tensor that is computed in float64, on the CPU, from tensors of a file.</summary>
    /// <param name="like">Its sizes are those of the result, unless others are given, and its type too.</param>
    /// <param name="sources">The tensors that it is computed from.</param>
    /// <param name="compute">Gets the sources in float64, in a dispose scope.</param>
    /// <param name="shape">Its sizes.</param>
    internal static PyTorchTensor Tensor(
        PyTorchTensor like, PyTorchTensor[] sources, Func<Tensor[], Tensor> compute, long[]? shape = null)
    {
        // Half precision would lose what is computed here.
        var dtype = like.Dtype.ScalarType is ScalarType.Float64 ? like.Dtype : PyTorchDtype.Find("float32")!;
        var sizes = shape ?? like.Shape.ToArray();
        var length = dtype.BytesOf(sizes) ?? throw new CheckpointFormatException("the weights of a norm are too large.");
        return new(new ComputedData(length, Compute), dtype, sizes)
        {
            IsParameter = like.IsParameter,
            Unreadable = sources.Select(source => source.Unreadable).FirstOrDefault(reason => reason is not null),
        };

        Tensor Compute()
        {
            NativeBackend.EnsureLoaded();
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var numbers = sources.Select(source => source.Read().to(float64)).ToArray();
            return compute(numbers).reshape(sizes).to(dtype.ScalarType!.Value).contiguous().MoveToOuterDisposeScope();
        }
    }

    internal override void Read(long offset, Span<byte> destination)
    {
        Check(offset, destination.Length);
        if (_bytes is null)
        {
            using var result = compute();
            _bytes = result.bytes.ToArray();
        }

        _bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
    }
}

/// <summary>A weight on its way from a file into a network.</summary>
/// <param name="SavedName">Its name in the file; for a computed weight, the name of its main source.</param>
/// <param name="Tensor">Its numbers.</param>
/// <param name="Origin">How it was computed; null where it stands in the file.</param>
internal sealed record FileWeight(string SavedName, PyTorchTensor Tensor, string? Origin = null);
