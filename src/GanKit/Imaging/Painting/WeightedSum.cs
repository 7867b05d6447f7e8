using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GanKit;

/// <summary>Sums of rows of numbers, each times its weight, in their order; no product is rounded before it is added.</summary>
internal static class WeightedSum
{
    /// <summary>One row of rows.</summary>
    /// <param name="rows">One row after the other.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="weights">As many as there are rows, at least one.</param>
    /// <param name="target">The sum, as long as a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // the first epoch should not run what is compiled in a hurry
    internal static void OfRows(ReadOnlySpan<float> rows, int stride, ReadOnlySpan<float> weights, Span<float> target)
    {
        // Slices are checked once, not for every eight numbers.
        rows = rows[..((weights.Length - 1) * stride + target.Length)];
        ref var first = ref MemoryMarshal.GetReference(rows);
        ref var sums = ref MemoryMarshal.GetReference(target);
        var x = 0;
        for (; x <= target.Length - 3 * Lanes.Count; x += 3 * Lanes.Count)
            SumThree(ref Unsafe.Add(ref first, x), stride, Lanes.Count, weights, ref Unsafe.Add(ref sums, x), Lanes.Count);
        for (; x <= target.Length - Lanes.Count; x += Lanes.Count)
            Sum(ref Unsafe.Add(ref first, x), stride, weights, ref Unsafe.Add(ref sums, x));
        for (; x < target.Length; x++)
        {
            var sum = rows[x] * weights[0];
            for (var j = 1; j < weights.Length; j++)
                sum = MathF.FusedMultiplyAdd(rows[j * stride + x], weights[j], sum);
            target[x] = sum;
        }
    }

    /// <summary>Columns of columns, eight rows side by side (see <see cref="Lanes"/>).</summary>
    /// <param name="lanes">(channels, width, 8).</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="left">The column that is the first here.</param>
    /// <param name="weights">What columns of the target are made of.</param>
    /// <param name="start">The first of them that is wanted.</param>
    /// <param name="target">(channels, wanted, 8).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void OfLanes(
        ReadOnlySpan<float> lanes, int channels, int left, ResampleWeights weights, int start, Span<float> target)
    {
        var (plane, targetPlane) = (lanes.Length / channels, target.Length / channels);
        for (var x = 0; x < targetPlane; x += Lanes.Count)
        {
            var column = weights.Of(start + x / Lanes.Count, out var first);
            var place = lanes.Slice((first - left) * Lanes.Count, (channels - 1) * plane + column.Length * Lanes.Count);
            ref var from = ref MemoryMarshal.GetReference(place);
            ref var to = ref target[x];
            if (channels == 3)
                SumThree(ref from, Lanes.Count, plane, column, ref to, targetPlane);
            else
                for (var c = 0; c < channels; c++)
                    Sum(ref Unsafe.Add(ref from, c * plane), Lanes.Count, column, ref Unsafe.Add(ref to, c * targetPlane));
        }
    }

    /// <summary>Eight sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sum(ref float place, int stride, ReadOnlySpan<float> weights, ref float target)
    {
        var sum = Vector256.LoadUnsafe(ref place) * weights[0];
        for (var j = 1; j < weights.Length; j++)
        {
            place = ref Unsafe.Add(ref place, stride);
            sum = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref place), Vector256.Create(weights[j]), sum);
        }

        sum.StoreUnsafe(ref target);
    }

    /// <summary>Three times eight sums, which share their weights and need not wait for each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SumThree(
        ref float place, int stride, int apart, ReadOnlySpan<float> weights, ref float target, int targetsApart)
    {
        var weight = Vector256.Create(weights[0]);
        var a = Vector256.LoadUnsafe(ref place) * weight;
        var b = Vector256.LoadUnsafe(ref Unsafe.Add(ref place, apart)) * weight;
        var c = Vector256.LoadUnsafe(ref Unsafe.Add(ref place, 2 * apart)) * weight;
        for (var j = 1; j < weights.Length; j++)
        {
            place = ref Unsafe.Add(ref place, stride);
            weight = Vector256.Create(weights[j]);
            a = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref place), weight, a);
            b = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref Unsafe.Add(ref place, apart)), weight, b);
            c = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref Unsafe.Add(ref place, 2 * apart)), weight, c);
        }

        a.StoreUnsafe(ref target);
        b.StoreUnsafe(ref Unsafe.Add(ref target, targetsApart));
        c.StoreUnsafe(ref Unsafe.Add(ref target, 2 * targetsApart));
    }
}
