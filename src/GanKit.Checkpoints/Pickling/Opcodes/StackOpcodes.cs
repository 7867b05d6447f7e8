using System.Buffers.Binary;

namespace GanKit.Checkpoints;

/// <summary>Opcodes that move values, and those that frame the pickle.</summary>
internal static class StackOpcodes
{
    private const int NewestProtocol = 5;

    internal static IEnumerable<(int Code, Opcode Opcode)> All =>
    [
        (0x80, new("PROTO", CheckProtocol)),
        (0x95, new("FRAME", CheckFrame)),
        ('.', new("STOP", machine => machine.Stop())),
        ('(', new("MARK", machine => machine.Mark())),
        ('0', new("POP", machine => machine.Discard())),
        ('1', new("POP_MARK", machine => machine.PopToMark())),
        ('2', new("DUP", machine => machine.Push(machine.Peek()))),
        ('p', new("PUT", machine => machine.Memorise(NumberOpcodes.ReadIndexLine(machine)))),
        ('q', new("BINPUT", machine => machine.Memorise(machine.Input.ReadByte()))),
        ('r', new("LONG_BINPUT", machine => machine.Memorise(NumberOpcodes.ReadUnsigned(machine, 4)))),
        (0x94, new("MEMOIZE", machine => machine.Memorise(machine.MemoCount))),
        ('g', new("GET", machine => machine.Push(machine.Recall(NumberOpcodes.ReadIndexLine(machine))))),
        ('h', new("BINGET", machine => machine.Push(machine.Recall(machine.Input.ReadByte())))),
        ('j', new("LONG_BINGET", machine => machine.Push(machine.Recall(NumberOpcodes.ReadUnsigned(machine, 4))))),
    ];

    private static void CheckProtocol(PickleMachine machine)
    {
        var protocol = machine.Input.ReadByte();
        if (protocol > NewestProtocol)
            throw new CheckpointFormatException($"it is of protocol {protocol}; 0 to {NewestProtocol} are read.");
    }

    // Frames only tell how much to read at once.
    private static void CheckFrame(PickleMachine machine)
    {
        Span<byte> length = stackalloc byte[8];
        machine.Input.Read(length);
        machine.Input.Demand(BinaryPrimitives.ReadInt64LittleEndian(length));
    }
}

/// <summary>One instruction of a pickle, under the name that Python's <c>pickletools</c> gives it.</summary>
internal sealed record Opcode(string Name, Action<PickleMachine> Run);

/// <summary>The opcodes of protocols 0 to 5, by the byte that stands for each.</summary>
internal static class OpcodeTable
{
    private static readonly Opcode?[] Table = Build();

    /// <summary>The bytes that are opcodes.</summary>
    internal static IEnumerable<byte> Codes =>
        Enumerable.Range(0, 256).Where(code => Table[code] is not null).Select(code => (byte)code);

    internal static Opcode? Find(byte code) => Table[code];

    private static Opcode?[] Build()
    {
        var table = new Opcode?[256];
        IEnumerable<(int Code, Opcode Opcode)>[] groups =
            [StackOpcodes.All, NumberOpcodes.All, TextOpcodes.All, ContainerOpcodes.All, ObjectOpcodes.All];
        foreach (var (code, opcode) in groups.SelectMany(group => group))
            table[code] = opcode;
        return table;
    }
}
