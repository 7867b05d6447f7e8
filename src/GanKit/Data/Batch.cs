using TorchSharp;
using static TorchSharp.torch;

namespace GanKit.Data;

/// <summary>One minibatch: real samples, their conditions, and any other tensors by name.</summary>
/// <remarks>
/// A batch owns its tensors. Batches that a <see cref="Batches"/> enumerator yields belong to the enumerator and are
/// valid until its next <c>MoveNext</c>; batches you construct are yours to dispose.
/// </remarks>
/// <example>
/// <code>
/// using var batch = new Batch(images, captions) { ["lengths"] = lengths, ["mask"] = mask };
/// var mask = batch["mask"];
/// </code>
/// </example>
public sealed class Batch : IDisposable
{
    private const string RealName = "real", ConditionName = "condition";

    private readonly OrderedDictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);

    /// <summary>Takes ownership of the tensors of one minibatch.</summary>
    /// <param name="real">Real samples (B, ...), for images (B, C, H, W) in [-1, 1].</param>
    /// <param name="condition">
    /// The conditions of real samples: class labels (B) int64, attributes (B, A), or images (B, C, H, W).
    /// </param>
    /// <exception cref="ArgumentException">A tensor has no batch dimension, the batch sizes differ or are zero, or the
    /// real samples are whole numbers.
    /// </exception>
    public Batch(Tensor real, Tensor? condition = null)
    {
        ArgumentNullException.ThrowIfNull(real);
        if (real.dim() == 0 || real.shape[0] == 0)
        {
            throw new ArgumentException(
                "A batch needs at least one sample in its first dimension, but its real samples have shape "
                + $"{real.Describe()}.", nameof(real));
        }

        if (!real.is_floating_point())
        {
            throw new ArgumentException(
                $"Real samples must be floating-point numbers, for images in [-1, 1], but have dtype {real.dtype}; "
                + "convert them with to(float32).", nameof(real));
        }

        if (condition is not null && (condition.dim() == 0 || condition.shape[0] != real.shape[0]))
        {
            throw new ArgumentException(
                $"A batch has one condition for each real sample, but there are {real.shape[0]} samples and the condition "
                + $"has shape {condition.Describe()}.", nameof(condition));
        }

        _tensors.Add(RealName, real.DetachFromDisposeScope());
        if (condition is not null)
            _tensors.Add(ConditionName, condition.DetachFromDisposeScope());
    }

    private Batch(Batch other, Func<Tensor, Tensor> change)
    {
        foreach (var (name, tensor) in other._tensors)
            _tensors.Add(name, change(tensor).DetachFromDisposeScope());
    }

    /// <summary>Real samples (B, ...); <c>batch["real"]</c> is the same.</summary>
    public Tensor Real => _tensors.GetAt(0).Value;

    /// <summary>
    /// Class labels (B), attributes (B, A) or images (B, C, H, W) that belong to <see cref="Real"/>; or none.
    /// <c>batch["condition"]</c> is the same.
    /// </summary>
    public Tensor? Condition => _tensors.GetValueOrDefault(ConditionName);

    /// <summary>The names of the tensors: <c>real</c>, <c>condition</c> where there is one, and those that were given.</summary>
    public IReadOnlyList<string> Names => _tensors.Keys;

    /// <summary>
    /// A tensor (B, ...) by name. Set it where the batch is made: <c>new Batch(real) { ["mask"] = mask }</c>; the batch then owns it.
    /// It goes to the trainer's device and through gradient accumulation with the rest.
    /// </summary>
    /// <param name="name">The name, such as <c>mask</c>; upper and lower case differ.</param>
    /// <exception cref="KeyNotFoundException">There is no such tensor; the message names those there are.</exception>
    /// <exception cref="ArgumentException">The name is taken or empty, or the tensor has another number of samples.</exception>
    public Tensor this[string name]
    {
        get => _tensors.TryGetValue(name, out var tensor) ? tensor : throw new KeyNotFoundException(
            $"This batch has no tensor '{name}'; it has {string.Join(", ", Names)}.");
        init => Add(name, value);
    }

    /// <summary>The number of samples, B.</summary>
    public long Size => Real.shape[0];

    /// <summary>The device that holds the samples.</summary>
    public Device Device => Real.device;

    /// <summary>A batch of the same tensors and one more, which it owns; this one keeps its own.</summary>
    internal Batch With(string name, Tensor tensor) => new(this, own => own.alias()) { [name] = Owns(tensor) ? tensor.alias() : tensor };

    /// <summary>Takes ownership of one more tensor.</summary>
    internal void Add(string name, Tensor tensor)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.dim() == 0 || tensor.shape[0] != Size)
        {
            throw new ArgumentException(
                $"A batch's tensors have one entry for each of its {Size} samples in the first dimension, but '{name}' has "
                + $"shape {tensor.Describe()}.", nameof(tensor));
        }

        if (!_tensors.TryAdd(name, tensor))
        {
            throw new ArgumentException(
                $"This batch has a tensor '{name}' already; '{RealName}' and '{ConditionName}' are the constructor's.", nameof(name));
        }

        tensor.DetachFromDisposeScope();
    }

    /// <summary>Whether another batch has tensors of the same names, shapes and types.</summary>
    internal bool IsLike(Batch other)
    {
        return Kinds(this).SequenceEqual(Kinds(other));

        static IEnumerable<(string, string, ScalarType)> Kinds(Batch batch) =>
            batch.Named().Where(entry => entry.Tensor is not null).Select(entry => (entry.Name, entry.Tensor!.Describe(), entry.Tensor!.dtype));
    }

    private bool Owns(Tensor tensor) => _tensors.Values.Contains(tensor, ReferenceEqualityComparer.Instance);

    /// <summary>A view of some of the samples, in the current dispose scope.</summary>
    internal Batch Slice(long start, long count) => new(this, tensor => tensor.narrow(0, start, count));

    /// <summary>A copy of the first samples, which shares no memory with this.</summary>
    internal Batch CopyFirst(long count)
    {
        using var scope = NewDisposeScope();
        return new(this, tensor => tensor.narrow(0, 0, Math.Min(count, Size)).clone());
    }

    /// <summary>The tensors by what messages call them.</summary>
    internal (string Name, Tensor? Tensor)[] Named() => [.. _tensors.Select(entry => (entry.Key switch
    {
        RealName => "samples",
        ConditionName => "conditions",
        var other => other,
    }, (Tensor?)entry.Value))];

    /// <summary>
    /// This batch if it lies on <paramref name="device"/> already and in the layout asked for, or else a copy that does.
    /// </summary>
    /// <remarks>
    /// CUDA takes copies from pinned memory while the processor goes on. libtorch keeps such memory until they are done,
    /// so it can be given back at once.
    /// </remarks>
    internal Batch To(Device device, bool channelsLast = false)
    {
        using var scope = NewDisposeScope();
        var there = new Queue<Tensor>(_tensors.Values.Select(There));
        if (_tensors.Values.Zip(there).All(pair => ReferenceEquals(pair.First, pair.Second)))
            return this;
        // A tensor that needs no copy is shared, as each batch disposes its own.
        return new Batch(this, tensor => there.Dequeue() is var moved && ReferenceEquals(moved, tensor) ? tensor.alias() : moved);

        Tensor There(Tensor tensor)
        {
            var moved = tensor.device.Matches(device) ? tensor : Copy(tensor, device);
            return channelsLast ? moved.ToChannelsLast() : moved;
        }
    }

    /// <summary>Whether a copy between these goes through pinned memory.</summary>
    internal static bool IsPinned(DeviceType from, DeviceType to) => from == DeviceType.CPU && to == DeviceType.CUDA;

    private static Tensor Copy(Tensor tensor, Device device)
    {
        if (!IsPinned(tensor.device_type, device.type))
            return tensor.to(device, non_blocking: true);
        using var pinned = tensor.pin_memory();
        return pinned.to(device, non_blocking: true);
    }

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
            tensor.Dispose();
    }
}
