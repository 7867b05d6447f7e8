using System.Numerics;

namespace GanKit.Tests.PyTorch;

/// <summary>Equal keys have equal hashes.</summary>
public class KeyComparerTests
{
    public static TheoryData<object?, object?, bool> Pairs => new()
    {
        { 1L, 1L, true },
        { 1L, 2L, false },
        { 1L, 1.0, false },
        { 0.0, -0.0, true },
        { double.NaN, double.NaN, true },
        { new BigInteger(7), new BigInteger(7), true },
        { new Complex(1, 0.0), new Complex(1, -0.0), true },
        { new Complex(1, 2), new Complex(2, 1), false },
        { "a", "a", true },
        { null, null, true },
        { null, "a", false },
        { new PyTorchClass("m", "n"), new PyTorchClass("m", "n"), true },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Equals_Pair_AgreesWithTheHash(object? left, object? right, bool equal)
    {
        var comparer = KeyComparer.Instance;

        Assert.Equal(equal, comparer.Equals(left, right));
        if (equal)
            Assert.Equal(comparer.GetHashCode(left), comparer.GetHashCode(right));
    }

    [Fact]
    public void GetHashCode_CirclesAndDeepThings_DoesNotWalkThem()
    {
        var list = new List<object?>();
        list.Add(list);

        Assert.Equal(KeyComparer.Instance.GetHashCode(list), KeyComparer.Instance.GetHashCode(list));
    }
}
