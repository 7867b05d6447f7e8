using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>One minibatch: what the generator should learn to make and, where there is one, what it is given.</summary>
/// <remarks>
/// A batch owns its tensors. Batches that a <see cref="Batches"/> enumerator yields belong to the enumerator and are
/// valid until its next <c>MoveNext</c>; batches you construct are yours to dispose.
/// </remarks>
public sealed class Batch : IDisposable
{
    /// <summary>Takes ownership of the tensors of one minibatch.</summary>
    /// <param name="real">Real samples (B, ...), for images (B, C, H, W) in [-1, 1].</param>
    /// <param name="condition">
    /// What real samples were conditioned on: class labels (B) int64, attributes (B, A), or images (B, C, H, W).
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

        Real = real.DetachFromDisposeScope();
        Condition = condition?.DetachFromDisposeScope();
    }

    /// <summary>Real samples (B, ...).</summary>
    public Tensor Real { get; }

    /// <summary>
    /// Class labels (B), attributes (B, A) or images (B, C, H, W) that belong to <see cref="Real"/>; or none.
    /// </summary>
    public Tensor? Condition { get; }

    /// <summary>The number of samples, B.</summary>
    public long Size => Real.shape[0];

    /// <summary>The device that holds the samples.</summary>
    public Device Device => Real.device;

    /// <summary>A view of some of the samples, in the current dispose scope.</summary>
    internal Batch Slice(long start, long count) =>
        new(Real.narrow(0, start, count), Condition?.narrow(0, start, count));

    /// <summary>
    /// This batch if it lies on <paramref name="device"/> already and in the layout asked for, or else a copy that does.
    /// </summary>
    /// <remarks>
    /// CUDA takes copies from pinned memory while the processor goes on. libtorch keeps such memory until they are done,
    /// so it can be given back at once.
    /// </remarks>
    internal Batch To(Device device, bool channelsLast = false)
    {
        var (real, condition) = (There(Real), Condition is null ? null : There(Condition));
        if (ReferenceEquals(real, Real) && ReferenceEquals(condition, Condition))
            return this;
        // A tensor that needs no copy is shared, as each batch disposes its own.
        return new Batch(ReferenceEquals(real, Real) ? real.alias() : real, ReferenceEquals(condition, Condition)
            ? condition?.alias() : condition);

        Tensor There(Tensor tensor)
        {
            var there = tensor.device.Matches(device) ? tensor : Copy(tensor, device);
            return channelsLast ? there.ToChannelsLast() : there;
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
        Real.Dispose();
        Condition?.Dispose();
    }
}
