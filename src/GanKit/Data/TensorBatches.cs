using static TorchSharp.torch;

namespace GanKit.Data;

/// <summary>Minibatches of tensors in memory: see <see cref="Batches.FromTensor"/>.</summary>
internal sealed class TensorBatches : Batches
{
    private readonly Tensor _samples;
    private readonly Tensor? _conditions;
    private readonly Dictionary<string, Tensor> _others = [];
    private readonly EpochOrder _order;
    private readonly EpochPosition _position;
    private string? _content;

    internal TensorBatches(
        Tensor samples, long batchSize, Tensor? conditions, bool shuffle, long? seed, bool dropLast,
        IReadOnlyDictionary<string, Tensor>? others)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (samples.dim() == 0)
        {
            throw new ArgumentException(
                "Samples need a first dimension that counts them, but a scalar was given.", nameof(samples));
        }

        if (samples.shape[0] == 0)
        {
            throw new ArgumentException(
                $"There are no samples: the tensor has shape {samples.Describe()}.", nameof(samples));
        }

        if (!samples.is_floating_point())
        {
            throw new ArgumentException(
                $"Samples must be of a floating-point type, but they are {samples.dtype}. For images of bytes: "
                + "samples.to(float32) / 127.5 - 1.", nameof(samples));
        }

        RequireFinite(samples, nameof(samples));
        if (conditions is not null)
            RequireOneEach(samples, conditions, nameof(conditions), "condition");
        foreach (var (name, tensor) in others ?? new Dictionary<string, Tensor>())
        {
            ArgumentNullException.ThrowIfNull(tensor, name);
            RequireOneEach(samples, tensor, nameof(others), $"entry of '{name}'");
            _others.Add(name, tensor.detach().DetachFromDisposeScope());
        }

        _order = new EpochOrder(samples.shape[0], batchSize, shuffle, seed, dropLast);
        _position = new(_order);
        _samples = samples.detach().DetachFromDisposeScope();
        _conditions = conditions?.detach().DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override int Count => _order.BatchCount;

    /// <inheritdoc/>
    public override long BatchSize => _order.BatchSize;

    /// <inheritdoc/>
    public override IEnumerator<Batch> GetEnumerator()
    {
        var (epoch, start) = _position.Begin();
        return Epoch(epoch, start);
    }

    /// <inheritdoc/>
    public override void VisitState(StateVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        visitor.Same("content", _content ??= DataDigest.Of([_samples, _conditions, .. _others.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => entry.Value)]));
        _position.VisitState(visitor);
    }

    private IEnumerator<Batch> Epoch(long epoch, long start)
    {
        var indices = _order.Of(epoch);
        var whole = _order.DropLast ? indices.Length - indices.Length % _order.BatchSize : indices.Length;
        while (start < whole)
        {
            var end = Math.Min(start + _order.BatchSize, whole);
            using var batch = Gather(indices.AsSpan((int)start..(int)end));
            _position.Reach(epoch, end);
            yield return batch;
            start = end;
        }

        _position.End(epoch);
    }

    private Batch Gather(ReadOnlySpan<long> indices)
    {
        using var scope = NewDisposeScope();
        var index = tensor(indices.ToArray(), device: _samples.device);
        var batch = new Batch(Select(_samples), _conditions is null ? null : Select(_conditions));
        foreach (var (name, all) in _others)
            batch.Add(name, Select(all));
        return batch;

        Tensor Select(Tensor all) => all.index_select(0, all.device.Matches(index.device) ? index : index.to(all.device));
    }

    private static void RequireOneEach(Tensor samples, Tensor tensor, string parameterName, string what)
    {
        if (tensor.dim() == 0 || tensor.shape[0] != samples.shape[0])
        {
            throw new ArgumentException(
                $"Each sample needs one {what}, but there are {samples.shape[0]} samples and the {parameterName} have shape "
                + $"{tensor.Describe()}.", parameterName);
        }

        if (tensor.is_floating_point())
            RequireFinite(tensor, parameterName);
    }

    private static void RequireFinite(Tensor tensor, string name)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var broken = isfinite(tensor).logical_not();
        var count = broken.sum().item<long>();
        if (count == 0)
            return;
        var first = broken.nonzero()[0].to(CPU).data<long>().ToArray();
        throw new ArgumentException(
            $"All {name} must be finite, but {count} of {tensor.numel()} values are NaN or infinite, the first at "
            + $"[{string.Join(", ", first)}].", name);
    }
}
