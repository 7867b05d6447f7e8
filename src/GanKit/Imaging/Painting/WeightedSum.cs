using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GanKit;

/// <summary>Sums of rows of numbers.</summary>
internal static class WeightedSum
{
    /// <summary>Each row times its weight, summed in order; each product is added without being rounded.</summary>
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
        for (; x <= target.Length - Vector256<float>.Count; x += Vector256<float>.Count)
        {
            ref var place = ref Unsafe.Add(ref first, x);
            var sum = Vector256.LoadUnsafe(ref place) * weights[0];
            for (var j = 1; j < weights.Length; j++)
            {
                place = ref Unsafe.Add(ref place, stride);
                sum = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref place), Vector256.Create(weights[j]), sum);
            }

            sum.StoreUnsafe(ref Unsafe.Add(ref sums, x));
        }

        for (; x < target.Length; x++)
        {
            var sum = rows[x] * weights[0];
            for (var j = 1; j < weights.Length; j++)
                sum = MathF.FusedMultiplyAdd(rows[j * stride + x], weights[j], sum);
            target[x] = sum;
        }
    }
}
