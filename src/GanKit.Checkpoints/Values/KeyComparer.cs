using System.Numerics;

namespace GanKit.Checkpoints;

/// <summary>
/// Compares keys as .NET does, but hashes numbers with a seed of this process: a file can't choose keys that all fall
/// into one bucket. Containers are told apart by reference, so no key is ever walked.
/// </summary>
internal sealed class KeyComparer : IEqualityComparer<object?>, IEqualityComparer<long>
{
    internal static KeyComparer Instance { get; } = new();

    public new bool Equals(object? x, object? y) => object.Equals(x, y);

    public int GetHashCode(object? obj) => obj switch
    {
        null => 0,
        long number => Mix(number),
        double number => Mix(BitConverter.DoubleToInt64Bits(number == 0 ? 0 : number)),
        Complex number => HashCode.Combine(GetHashCode(number.Real), GetHashCode(number.Imaginary)),
        BigInteger number => HashBytes(number.ToByteArray()),
        _ => obj.GetHashCode(),
    };

    public bool Equals(long x, long y) => x == y;

    public int GetHashCode(long obj) => Mix(obj);

    private static int Mix(long number) => HashCode.Combine((int)number, (int)(number >> 32));

    private static int HashBytes(byte[] bytes)
    {
        var hash = default(HashCode);
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }
}
