using System.Text;

namespace GanKit.Checkpoints;

/// <summary>Opcodes for texts and bytes.</summary>
internal static class TextOpcodes
{
    private const int LongestText = 1 << 26;

    internal static IEnumerable<(int Code, Opcode Opcode)> All =>
    [
        ('S', new("STRING", machine => machine.Push(Python2Text(PickleText.UnescapeRepr(Line(machine)))))),
        ('T', new("BINSTRING", machine => machine.Push(ReadPython2(machine, (int)NumberOpcodes.ReadUnsigned(machine, 4))))),
        ('U', new("SHORT_BINSTRING", machine => machine.Push(ReadPython2(machine, machine.Input.ReadByte())))),
        ('V', new("UNICODE", machine => machine.Push(PickleText.UnescapeUnicode(machine.Input.ReadLine())))),
        ('X', new("BINUNICODE", machine => machine.Push(ReadText(machine, NumberOpcodes.ReadUnsigned(machine, 4))))),
        (0x8c, new("SHORT_BINUNICODE", machine => machine.Push(ReadText(machine, machine.Input.ReadByte())))),
        (0x8d, new("BINUNICODE8", machine => machine.Push(ReadText(machine, NumberOpcodes.ReadLength(machine))))),
        ('B', new("BINBYTES", machine => machine.Push(ReadBytes(machine, NumberOpcodes.ReadUnsigned(machine, 4))))),
        ('C', new("SHORT_BINBYTES", machine => machine.Push(ReadBytes(machine, machine.Input.ReadByte())))),
        (0x8e, new("BINBYTES8", machine => machine.Push(ReadBytes(machine, NumberOpcodes.ReadLength(machine))))),
        (0x96, new("BYTEARRAY8", machine => machine.Push(ReadBytes(machine, NumberOpcodes.ReadLength(machine))))),
        (0x97, new("NEXT_BUFFER", RefuseBuffer)),
        (0x98, new("READONLY_BUFFER", RefuseBuffer)),
    ];

    private static string ReadText(PickleMachine machine, long length)
    {
        machine.Input.Demand(length);
        return length <= LongestText
            ? PickleText.DecodeUtf8(machine.Input.ReadBytes(length))
            : throw new CheckpointFormatException($"a text has {length} bytes; at most {LongestText} are read.");
    }

    private static object ReadBytes(PickleMachine machine, long length) => length <= PickleBytes.Short
        ? machine.Input.ReadBytes(length)
        : new PickleBytes(machine.Input.Skip(length), isText: false);

    // The length is signed in the format, and negative ones are refused where it is compared with what is left.
    private static object ReadPython2(PickleMachine machine, int length) => length <= PickleBytes.Short
        ? Python2Text(machine.Input.ReadBytes(length))
        : new PickleBytes(machine.Input.Skip(length), isText: true);

    // ASCII is text and bytes alike; of anything else it turns out later what it was.
    private static object Python2Text(byte[] bytes) => bytes.Length <= PickleBytes.Short && Ascii.IsValid(bytes)
        ? PickleText.DecodePython2(bytes)
        : new PickleBytes(new MemoryData(bytes), isText: true);

    private static byte[] Line(PickleMachine machine)
    {
        var line = machine.Input.ReadLine();
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    private static void RefuseBuffer(PickleMachine machine) =>
        throw new CheckpointFormatException("its numbers are kept outside of the file (out-of-band buffers).");
}
