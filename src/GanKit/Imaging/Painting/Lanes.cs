using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GanKit.Data;

/// <summary>Rows laid side by side: the first number of each, the second of each, and so on.</summary>
internal static class Lanes
{
    /// <summary>How many rows there is room for.</summary>
    internal const int Count = 8;

    /// <summary>Lays rows side by side. Where they are fewer than eight, the other lanes have no meaning.</summary>
    /// <param name="rows">Where the first of them begins; numbers are copied as they are, whatever their bits mean.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="height">How many rows, at most eight.</param>
    /// <param name="width">Numbers of a row.</param>
    /// <param name="lanes">Where they go.</param>
    internal static void FromRows(ReadOnlySpan<float> rows, int stride, int height, int width, Span<float> lanes) =>
        Transpose(rows, stride, height, width, lanes, Count);

    /// <summary>Lays as many rows one after the other as there is room for.</summary>
    internal static void ToRows(ReadOnlySpan<float> lanes, int width, Span<float> rows) =>
        Transpose(lanes, Count, width, rows.Length / width, rows, width);

    /// <summary>Makes columns rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // the first epoch should not run what is compiled in a hurry
    private static void Transpose(
        ReadOnlySpan<float> source, int stride, int height, int width, Span<float> target, int targetStride)
    {
        if (!Avx.IsSupported || height < Count || width < Count)
        {
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                    target[x * targetStride + y] = source[y * stride + x];
            return;
        }

        // The last blocks may overlap those before them: that is faster than single numbers.
        for (var y = 0; y < height; y += Count)
            for (var x = 0; x < width; x += Count)
            {
                var (top, left) = (Math.Min(y, height - Count), Math.Min(x, width - Count));
                TransposeBlock(
                    source[(top * stride + left)..], stride, target[(left * targetStride + top)..], targetStride);
            }
    }

    /// <summary>Eight rows of eight: pairs of numbers change places, then pairs of pairs, then halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeBlock(ReadOnlySpan<float> source, int stride, Span<float> target, int targetStride)
    {
        ref var from = ref MemoryMarshal.GetReference(source[..(7 * stride + Count)]);
        ref var to = ref MemoryMarshal.GetReference(target[..(7 * targetStride + Count)]);
        var (a, b, c, d) = Quarter(Load(ref from, 0), Load(ref from, stride), Load(ref from, 2 * stride), Load(ref from, 3 * stride));
        var (e, f, g, h) = Quarter(Load(ref from, 4 * stride), Load(ref from, 5 * stride), Load(ref from, 6 * stride), Load(ref from, 7 * stride));
        Store(ref to, targetStride, a, e);
        Store(ref Unsafe.Add(ref to, targetStride), targetStride, b, f);
        Store(ref Unsafe.Add(ref to, 2 * targetStride), targetStride, c, g);
        Store(ref Unsafe.Add(ref to, 3 * targetStride), targetStride, d, h);

        static Vector256<float> Load(ref float place, int offset) => Vector256.LoadUnsafe(ref Unsafe.Add(ref place, offset));

        static void Store(ref float place, int stride, Vector256<float> left, Vector256<float> right)
        {
            Avx.Permute2x128(left, right, 0x20).StoreUnsafe(ref place);
            Avx.Permute2x128(left, right, 0x31).StoreUnsafe(ref Unsafe.Add(ref place, 4 * stride));
        }
    }

    /// <summary>Four rows of eight to four columns of the left half, each with the one of the right half that is as far in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float>, Vector256<float>, Vector256<float>, Vector256<float>) Quarter(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        var (lowAB, highAB) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b));
        var (lowCD, highCD) = (Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
        return (
            Avx.Shuffle(lowAB, lowCD, 0x44), Avx.Shuffle(lowAB, lowCD, 0xEE),
            Avx.Shuffle(highAB, highCD, 0x44), Avx.Shuffle(highAB, highCD, 0xEE));
    }
}

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
    /// <param name="weights">The weights of the target's columns.</param>
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
