using System.Collections.Concurrent;

namespace GanKit;

/// <summary>A filter that images are resampled with; it widens as they shrink, which is antialiasing.</summary>
/// <remarks>
/// Arithmetic and its order are those of libtorch's antialiased <c>interpolate</c> where it uses fused multiplication and
/// addition, so results are the same to the last bit there; and they are the same on every machine.
/// </remarks>
internal sealed class ResampleFilter
{
    // Folders of photographs can have as many sizes as files.
    private const int MostKept = 256;

    private readonly ConcurrentDictionary<(int, int), ResampleWeights> _weights = new();
    private readonly Func<float, float> _height;

    private ResampleFilter(float support, bool overshoots, Func<float, float> height) =>
        (Support, Overshoots, _height) = (support, overshoots, height);

    /// <summary>Linear interpolation: a triangle.</summary>
    internal static ResampleFilter Triangle { get; } = new(1, false, x => x < 1 ? 1 - x : 0);

    /// <summary>Cubic convolution with a = -0.5 (Keys 1981).</summary>
    internal static ResampleFilter Cubic { get; } = new(2, true, Keys);

    /// <summary>How far it reaches, in pixels.</summary>
    internal float Support { get; }

    /// <summary>Whether results may lie beyond the values that they are made of.</summary>
    internal bool Overshoots { get; }

    /// <summary>Its height at a distance from its middle.</summary>
    internal float HeightAt(double distance) => _height(MathF.Abs((float)distance));

    /// <summary>What each of some pixels is made of.</summary>
    internal ResampleWeights WeightsFor(int from, int to)
    {
        if (_weights.Count >= MostKept)
            _weights.Clear();
        return _weights.GetOrAdd((from, to), static (sizes, filter) => new(filter, sizes.Item1, sizes.Item2), this);
    }

    private static float Keys(float x)
    {
        const float a = -0.5f;
        if (x < 1)
            return MathF.FusedMultiplyAdd(MathF.FusedMultiplyAdd(a + 2, x, -(a + 3)) * x, x, 1);
        if (x < 2)
        {
            return MathF.FusedMultiplyAdd(
                MathF.FusedMultiplyAdd(MathF.FusedMultiplyAdd(a, x, -5 * a), x, 8 * a), x, -4 * a);
        }

        return 0;
    }
}
