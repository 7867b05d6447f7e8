namespace GanKit.Data;

/// <summary>
/// Random numbers that are the same on every machine and .NET version: SplitMix64 (Steele, Lea and Flood 2014).
/// </summary>
/// <remarks>
/// <see cref="Random"/> with a seed promises no such thing between versions. A stream is addressed by a seed and any
/// further coordinates (epoch, sample), so that what a sample draws depends on neither the order of work nor its thread.
/// </remarks>
internal sealed class SeededRandom : Random, IStateful
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private ulong _state;

    internal SeededRandom(params ReadOnlySpan<long> coordinates) : base(0)
    {
        foreach (var coordinate in coordinates)
            _state = Mix(_state + Golden + (ulong)coordinate);
    }

    /// <summary>A random seed.</summary>
    internal static long FreshSeed() => Shared.NextInt64(1L << 53);

    /// <summary>The numbers 0 to count - 1 in random order (Fisher and Yates).</summary>
    internal long[] Permutation(long count)
    {
        var order = new long[count];
        for (long i = 0; i < count; i++)
        {
            var j = NextInt64(i + 1);
            order[i] = order[j];
            order[j] = i;
        }

        return order;
    }

    /// <inheritdoc/>
    public void VisitState(StateVisitor visitor)
    {
        var state = (long)_state;
        visitor.Value("state", ref state);
        _state = (ulong)state;
    }

    /// <summary>A pair of independent standard normal numbers (Box and Muller).</summary>
    internal (double, double) NextNormals()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        var (sine, cosine) = Math.SinCos(2 * Math.PI * NextDouble());
        return (radius * cosine, radius * sine);
    }

    private ulong Below(ulong bound)
    {
        // The high half of a product is uniform once the few low halves that would favour some results are drawn again.
        var threshold = bound == 0 ? 0 : (0 - bound) % bound;
        ulong high, low;
        do high = Math.BigMul(NextBits(), bound, out low);
        while (low < threshold);
        return high;
    }

    private ulong NextBits() => Mix(_state += Golden);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <inheritdoc/>
    public override long NextInt64(long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (long)Below((ulong)maxValue);
    }

    /// <inheritdoc/>
    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return minValue + (long)Below((ulong)maxValue - (ulong)minValue);
    }

    /// <inheritdoc/>
    public override long NextInt64() => NextInt64(long.MaxValue);

    /// <inheritdoc/>
    public override int Next() => (int)NextInt64(int.MaxValue);

    /// <inheritdoc/>
    public override int Next(int maxValue) => (int)NextInt64(maxValue);

    /// <inheritdoc/>
    public override int Next(int minValue, int maxValue) => (int)NextInt64(minValue, maxValue);

    /// <inheritdoc/>
    public override double NextDouble() => (NextBits() >> 11) * (1.0 / (1L << 53));

    /// <inheritdoc/>
    public override float NextSingle() => (NextBits() >> 40) * (1.0f / (1 << 24));

    /// <inheritdoc/>
    protected override double Sample() => NextDouble();

    /// <inheritdoc/>
    public override void NextBytes(Span<byte> buffer)
    {
        foreach (ref var b in buffer)
            b = (byte)(NextBits() >> 56);
    }

    /// <inheritdoc/>
    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());
}
