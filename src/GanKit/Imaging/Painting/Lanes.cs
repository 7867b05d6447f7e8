using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GanKit;

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
