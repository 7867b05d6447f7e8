namespace GanKit.Metrics;

/// <summary>
/// NumPy's <c>RandomState</c>, as far as tools draw subsets with it: MT19937 (Matsumoto and Nishimura 1998), bounded integers by masking and
/// rejection, Fisher and Yates from the end. The same seed gives the same numbers as NumPy, whose legacy generator is frozen.
/// </summary>
internal sealed class NumPyRandom
{
    private const int Words = 624, Shift = 397;
    private readonly uint[] _state = new uint[Words];
    private int _next = Words;

    internal NumPyRandom(uint seed)
    {
        for (var i = 0u; i < Words; i++)
        {
            _state[i] = seed;
            seed = 1812433253 * (seed ^ (seed >> 30)) + i + 1;
        }
    }

    /// <summary><c>choice(population, count, replace=False)</c>.</summary>
    internal long[] Choice(long population, long count) => Permutation(population)[..checked((int)count)];

    /// <summary><c>permutation(count)</c>.</summary>
    internal long[] Permutation(long count)
    {
        var order = new long[count];
        for (var i = 0L; i < count; i++)
            order[i] = i;
        for (var i = count - 1; i > 0; i--)
        {
            var j = UpTo(checked((uint)i));
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    private uint UpTo(uint largest)
    {
        var mask = uint.MaxValue >> int.CreateChecked(uint.LeadingZeroCount(largest));
        uint value;
        do value = NextWord() & mask;
        while (value > largest);
        return value;
    }

    private uint NextWord()
    {
        if (_next == Words)
            Refill();
        var word = _state[_next++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c5680;
        word ^= (word << 15) & 0xefc60000;
        return word ^ (word >> 18);
    }

    private void Refill()
    {
        for (var i = 0; i < Words; i++)
        {
            var both = (_state[i] & 0x80000000) | (_state[(i + 1) % Words] & 0x7fffffff);
            _state[i] = _state[(i + Shift) % Words] ^ (both >> 1) ^ ((both & 1) * 0x9908b0df);
        }

        _next = 0;
    }
}
