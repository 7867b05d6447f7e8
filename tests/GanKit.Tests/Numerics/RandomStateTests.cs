namespace GanKit.Tests.Numerics;

public class RandomStateTests
{
    [Fact]
    public void Restore_AState_GoesOnFromThere()
    {
        manual_seed(3);
        rand(5);
        using var state = get_rng_state();
        using var expected = randn(4);
        using var rows = stack([state, state], 1).select(1, 0).reshape(2, -1); // neither in one piece nor in one row

        RandomState.Restore(rows);

        TensorAssert.Equal(expected, randn(4));
    }

    [Fact]
    public void Restore_OfAnotherSource_LeavesTheDefaultOneAlone()
    {
        using var source = new Generator(5, CPU);
        using var state = source.get_state();
        using var expected = randn([4], generator: source);
        manual_seed(3);
        using var others = get_rng_state();

        RandomState.Restore(state, source);

        TensorAssert.Equal(expected, randn([4], generator: source));
        TensorAssert.Equal(others, get_rng_state());
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "short", "(100)" }, { "old", "(5048)" }, { "GPU", "(16)" }, { "empty", "(0)" }, { "floats", "Float32" },
        { "zeros", "no random state" }, { "ones", "no random state" }, { "left", "625 left" }, { "unseeded", "never seeded" },
        { "next", "number 625 of 624" },
    };

    /// <summary>libtorch ends the process for each of these.</summary>
    [Theory]
    [MemberData(nameof(Wrong))]
    public void Restore_WhatIsNoState_SaysWhy(string kind, string why)
    {
        manual_seed(3);
        using var before = get_rng_state();
        using var source = new Generator(5, CPU);
        using var state = kind switch
        {
            "short" => before[..100],
            "old" => before[..5048],
            "GPU" => zeros(16, dtype: uint8),
            "empty" => zeros(0, dtype: uint8),
            "floats" => before.to(float32),
            "zeros" => zeros(5056, dtype: uint8),
            "ones" => full(5056, 255, dtype: uint8),
            "left" => Changed(before, 8, 625),
            "unseeded" => Changed(before, 12, 0),
            "next" => Changed(before, 16, 625),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };

        foreach (var generator in new[] { null, source })
        {
            var error = Assert.Throws<ArgumentException>(() => RandomState.Restore(state, generator));
            Assert.Contains(why, error.Message, StringComparison.Ordinal);
        }

        TensorAssert.Equal(before, get_rng_state());
    }

    private static Tensor Changed(Tensor state, int offset, int value)
    {
        var bytes = state.data<byte>().ToArray();
        BitConverter.TryWriteBytes(bytes.AsSpan(offset), value);
        return tensor(bytes);
    }
}
