using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace GanKit.Checkpoints;

/// <summary>Opcodes for None, booleans and numbers.</summary>
internal static class NumberOpcodes
{
    // Python itself reads no more digits unless told to; turning digits into a number takes time by their square.
    private const int MostDigits = 4_300;
    private const int MostBytes = 1 << 13;

    internal static IEnumerable<(int Code, Opcode Opcode)> All =>
    [
        ('N', new("NONE", machine => machine.Push(null))),
        (0x88, new("NEWTRUE", machine => machine.Push(true))),
        (0x89, new("NEWFALSE", machine => machine.Push(false))),
        ('I', new("INT", machine => machine.Push(ParseInt(ReadDigits(machine))))),
        ('L', new("LONG", machine => machine.Push(Narrow(ParseBig(ReadDigits(machine).TrimEnd('L')))))),
        ('J', new("BININT", machine => machine.Push((long)(int)(uint)ReadUnsigned(machine, 4)))),
        ('K', new("BININT1", machine => machine.Push((long)machine.Input.ReadByte()))),
        ('M', new("BININT2", machine => machine.Push(ReadUnsigned(machine, 2)))),
        (0x8a, new("LONG1", machine => machine.Push(ReadLong(machine, machine.Input.ReadByte())))),
        (0x8b, new("LONG4", machine => machine.Push(ReadLong(machine, (int)(uint)ReadUnsigned(machine, 4))))),
        ('F', new("FLOAT", machine => machine.Push(ParseFloat(ReadDigits(machine))))),
        ('G', new("BINFLOAT", machine => machine.Push(ReadDouble(machine)))),
    ];

    /// <summary>An unsigned number of up to four bytes.</summary>
    internal static long ReadUnsigned(PickleMachine machine, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        machine.Input.Read(bytes[..size]);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    /// <summary>A length of eight bytes; one beyond 63 bits is no length.</summary>
    internal static long ReadLength(PickleMachine machine)
    {
        Span<byte> bytes = stackalloc byte[8];
        machine.Input.Read(bytes);
        var length = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        machine.Input.Demand(length);
        return length;
    }

    internal static long ReadIndexLine(PickleMachine machine) =>
        long.TryParse(ReadDigits(machine), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw new CheckpointFormatException("a place in the memory should be a number.");

    private static string ReadDigits(PickleMachine machine)
    {
        var line = machine.Input.ReadLine();
        return line.Length <= MostDigits
            ? Encoding.Latin1.GetString(line).TrimEnd('\r')
            : throw new CheckpointFormatException($"a number has {line.Length} digits; at most {MostDigits} are read.");
    }

    // Protocols 0 and 1 write False and True as the numbers 00 and 01.
    private static object ParseInt(string digits) => digits switch
    {
        "00" => false,
        "01" => true,
        _ => Narrow(ParseBig(digits)),
    };

    private static BigInteger ParseBig(string digits) =>
        BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new CheckpointFormatException($"'{Shorten(digits)}' is no whole number.");

    private static double ParseFloat(string digits) => digits switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "nan" => double.NaN,
        _ => double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new CheckpointFormatException($"'{Shorten(digits)}' is no number."),
    };

    private static double ReadDouble(PickleMachine machine)
    {
        Span<byte> bytes = stackalloc byte[8];
        machine.Input.Read(bytes);
        return BinaryPrimitives.ReadDoubleBigEndian(bytes);
    }

    private static object ReadLong(PickleMachine machine, int size)
    {
        machine.Input.Demand(size);
        return size <= MostBytes
            ? Narrow(new BigInteger(machine.Input.ReadBytes(size)))
            : throw new CheckpointFormatException($"a number has {size} bytes; at most {MostBytes} are read.");
    }

    /// <summary>The number as a <see cref="long"/> where it is one.</summary>
    internal static object Narrow(BigInteger number)
    {
        if (number >= long.MinValue && number <= long.MaxValue)
            return (long)number;
        return number;
    }

    private static string Shorten(string digits) => digits.Length <= 40 ? digits : digits[..40] + "...";
}
