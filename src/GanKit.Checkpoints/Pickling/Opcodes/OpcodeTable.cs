namespace GanKit.Checkpoints;

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
