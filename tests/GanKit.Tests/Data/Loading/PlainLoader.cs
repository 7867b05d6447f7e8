using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace GanKit.Tests.Data.Loading;

/// <summary>What the loader has to equal: a tensor an image, through libtorch's operation for each transform, stacked.</summary>
internal static class PlainLoader
{
    /// <summary>One epoch, unread images being null.</summary>
    /// <param name="steps">What images go through.</param>
    /// <param name="order">The order of samples.</param>
    /// <param name="epoch">Which epoch.</param>
    /// <param name="read">From a sample's number and its random source to its images.</param>
    /// <param name="aligned">Whether both images share a draw.</param>
    internal static List<(Tensor Real, Tensor? Condition)> Epoch(
        IReadOnlyList<TensorStep> steps, EpochOrder order, long epoch, Func<int, Random,
        (Tensor Real, Tensor? Condition)> read, bool aligned = true)
    {
        var samples = new List<(Tensor Real, Tensor? Condition)>();
        foreach (var index in order.Of(epoch))
        {
            var random = order.RandomFor(epoch, index);
            var (real, condition) = read((int)index, random);
            var changes = Draw(random);
            real = Apply(changes, real);
            samples.Add((real, condition is null ? null : Apply(aligned ? changes : Draw(random), condition)));
        }

        return
        [
            .. samples.Chunk(order.BatchSize).Where(batch => batch.Length == order.BatchSize || !order.DropLast)
                .Select(batch => (
                stack(batch.Select(sample => sample.Real)),
                batch[0].Condition is null ? null : stack(batch.Select(sample => sample.Condition!))))
        ];

        Func<Tensor, Tensor>[] Draw(Random random) => [.. steps.Select(step => step.Draw(random))];
        static Tensor Apply(Func<Tensor, Tensor>[] changes, Tensor image) =>
            changes.Aggregate(image, (changed, change) => change(changed));
    }

    /// <summary>
    /// Equal to the last bit where libtorch fuses products and sums as the library does: on Linux with FMA, unless it is asked
    /// for its baseline. Elsewhere it may round twice, each of the few terms of a pixel.
    /// </summary>
    internal static void AssertSame(Tensor expected, Tensor actual)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected.shape, actual.shape);
        if (OperatingSystem.IsLinux() && Fma.IsSupported && !InstructionSet.Current.StartsWith("baseline", StringComparison.Ordinal))
        {
            Assert.True(
                Bits(expected).SequenceEqual(Bits(actual)), $"{(expected - actual).abs().max().item<float>()} apart");
        }
        else
            Assert.True(expected.allclose(actual, rtol: 0, atol: 4e-6));

        static ReadOnlySpan<int> Bits(Tensor tensor) => MemoryMarshal.Cast<byte, int>(tensor.contiguous().bytes);
    }
}
