namespace GanKit.Tests.PyTorch;

/// <summary>Each opcode of pickle, in pickles written by hand.</summary>
public class OpcodeTests
{
    private const string Class = "cmodels\nNet\n";

    public static TheoryData<string, string, string> Cases => new()
    {
        { "PROTO", "\u0080\u0005N.", "None" },
        { "FRAME", "\u0095\u0002\0\0\0\0\0\0\0N.", "None" },
        { "STOP", "K\u0001.", "1" },
        { "MARK", "(t.", "()" },
        { "POP", "K\u0001K\u00020.", "1" },
        { "POP", "K\u0001(0.", "1" },
        { "POP_MARK", "K\u0001(K\u0002K\u00031.", "1" },
        { "DUP", "K\u00012\u0086.", "(1, 1)" },
        { "PUT", "K\u0007p12\n0g12\n.", "7" },
        { "BINPUT", "K\u0007q\u00050h\u0005.", "7" },
        { "LONG_BINPUT", "K\u0007r\u0001\u0001\0\00j\u0001\u0001\0\0.", "7" },
        { "MEMOIZE", "K\u0007\u0094K\u0008\u0094\u0086h\0h\u0001\u0086\u0086.", "((7, 8), (7, 8))" },
        { "GET", "K\u0007p0\ng0\n\u0086.", "(7, 7)" },
        { "BINGET", "K\u0007q\0h\0\u0086.", "(7, 7)" },
        { "LONG_BINGET", "K\u0007q\0j\0\0\0\0\u0086.", "(7, 7)" },
        { "NONE", "N.", "None" },
        { "NEWTRUE", "\u0088.", "True" },
        { "NEWFALSE", "\u0089.", "False" },
        { "INT", "I-12\n.", "-12" },
        { "INT", "I00\n.", "False" },
        { "INT", "I01\n.", "True" },
        { "INT", "I99999999999999999999\n.", "99999999999999999999" },
        { "LONG", "L12L\n.", "12" },
        { "LONG", "L-99999999999999999999L\n.", "-99999999999999999999" },
        { "LONG", "L7\n.", "7" },
        { "BININT", "J\u00fe\u00ff\u00ff\u00ff.", "-2" },
        { "BININT1", "K\u00ff.", "255" },
        { "BININT2", "M\u0001\u0002.", "513" },
        { "LONG1", "\u008a\0.", "0" },
        { "LONG1", "\u008a\u0002\0\u0080.", "-32768" },
        { "LONG1", "\u008a\u0008\0\0\0\0\0\0\0\u0080.", "-9223372036854775808" },
        { "LONG1", "\u008a\u0009\0\0\0\0\0\0\0\u0080\0.", "9223372036854775808" },
        { "LONG4", "\u008b\u0001\0\0\0\u0005.", "5" },
        { "FLOAT", "F-1.5e3\n.", "-1500.0" },
        { "FLOAT", "Finf\n.", "Infinity" },
        { "FLOAT", "Fnan\n.", "NaN" },
        { "BINFLOAT", "G\u003f\u00f8\0\0\0\0\0\0.", "1.5" },
        { "STRING", "S'a\\n\\'\\x41\\101\\\\'\n.", "'a\n'AA\\'" },
        { "STRING", "S\"it's\"\r\n.", "'it's'" },
        { "STRING", "S'\\xff'\n.", "'\u00ff'" },
        { "STRING", "S'\\xc3\\xa9'\n.", "'é'" },
        { "BINSTRING", "T\u0002\0\0\0ab.", "'ab'" },
        { "SHORT_BINSTRING", "U\u0002\u00c3\u00a9.", "'é'" },
        { "SHORT_BINSTRING", "U\u0001\u00e9.", "'é'" },
        { "UNICODE", "Va\\u00e9\\U0001F600\u00e9\\\n.", "'aé\U0001F600é\\'" },
        { "UNICODE", "V\\\\u0041\n.", "'\\\\u0041'" },
        { "BINUNICODE", "X\u0003\0\0\0a\u00c3\u00a9.", "'aé'" },
        { "SHORT_BINUNICODE", "\u008c\u0001a.", "'a'" },
        { "SHORT_BINUNICODE", "\u008c\u0004a\u00ed\u00a0\u0080.", "'a\ud800'" },
        { "BINUNICODE8", "\u008d\u0001\0\0\0\0\0\0\0a.", "'a'" },
        { "BINBYTES", "B\u0002\0\0\0\0\u00ff.", "b'00ff'" },
        { "SHORT_BINBYTES", "C\u0001\u0001.", "b'01'" },
        { "BINBYTES8", "\u008e\u0001\0\0\0\0\0\0\0\u0001.", "b'01'" },
        { "BYTEARRAY8", "\u0096\u0001\0\0\0\0\0\0\0\u0001.", "b'01'" },
        { "EMPTY_LIST", "].", "[]" },
        { "LIST", "(K\u0001K\u0002l.", "[1, 2]" },
        { "APPEND", "]K\u0001a.", "[1]" },
        { "APPENDS", "](K\u0001K\u0002e.", "[1, 2]" },
        { "EMPTY_TUPLE", ").", "()" },
        { "TUPLE", "(K\u0001K\u0002K\u0003K\u0004t.", "(1, 2, 3, 4)" },
        { "TUPLE1", "K\u0001\u0085.", "(1)" },
        { "TUPLE2", "K\u0001K\u0002\u0086.", "(1, 2)" },
        { "TUPLE3", "K\u0001K\u0002K\u0003\u0087.", "(1, 2, 3)" },
        { "EMPTY_DICT", "}.", "{}" },
        { "DICT", "(K\u0001NNK\u0002d.", "{1: None, None: 2}" },
        { "SETITEM", "}K\u0001K\u0002sK\u0001K\u0003s.", "{1: 3}" },
        { "SETITEMS", "}(K\u0002K\u0001K\u0001K\u0002u.", "{2: 1, 1: 2}" },
        { "EMPTY_SET", "\u008f.", "{}" },
        { "ADDITEMS", "\u008f(K\u0002K\u0002K\u0001\u0090.", "{1, 2}" },
        { "FROZENSET", "(K\u0001N\u0091.", "{1, None}" },
        { "GLOBAL", $"{Class}.", "<models.Net>" },
        { "STACK_GLOBAL", "\u008c\u0006models\u008c\u0009Outer.Net\u0093.", "<models.Outer.Net>" },
        { "REDUCE", $"{Class}K\u0001\u0085R.", "Net(1)" },
        { "INST", "(K\u0001imodels\nNet\n.", "Net(1)" },
        { "OBJ", $"({Class}K\u0001o.", "Net(1)" },
        { "NEWOBJ", $"{Class})\u0081.", "Net()" },
        { "NEWOBJ_EX", $"{Class}K\u0001\u0085}}\u008c\u0001aK\u0002s\u0092.", "Net(1, {'a': 2})" },
        { "NEWOBJ_EX", $"{Class})}}\u0092.", "Net()" },
        { "BUILD", $"{Class})\u0081}}K\u0001K\u0002sb.", "Net() state {1: 2}" },
        { "BUILD", "}}K\u0001K\u0002sb.", "{}" },
        { "APPENDS", $"{Class})\u0081(K\u0001e.", "Net() items [1]" },
        { "SETITEM", $"{Class})\u0081K\u0001K\u0002s.", "Net() entries {1: 2}" },
        { "ADDITEMS", $"{Class})\u0081(K\u0001\u0090.", "Net() items [1]" },
        { "REDUCE", $"{Class})\u0081)R.", "Net(Net())" },
    };

    /// <summary>What is read in files alone, or refused.</summary>
    private static readonly string[] Elsewhere =
        ["PERSID", "BINPERSID", "EXT1", "EXT2", "EXT4", "NEXT_BUFFER", "READONLY_BUFFER"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Load_Opcode_MakesWhatPythonMakes(string opcode, string pickle, string expected)
    {
        Assert.Contains(opcode, Names);
        Assert.Equal(expected, Pickle.Show(Pickle.Load(pickle)));
    }

    [Fact]
    public void Cases_Opcodes_AreAllCovered() =>
        Assert.Empty(Names.Except(Cases.Select(row => row.Data.Item1)).Except(Elsewhere));

    [Theory]
    [InlineData("Pid\n.", "outside")]
    [InlineData("NQ.", "outside")]
    [InlineData("\u0082\u0001.", "extension")]
    [InlineData("\u0083\u0001\0.", "extension")]
    [InlineData("\u0084\u0001\0\0\0.", "extension")]
    [InlineData("\u0097.", "outside")]
    [InlineData("N\u0098.", "outside")]
    [InlineData("\u0080\u0006N.", "protocol 6")]
    [InlineData("\u00ff.", "0xff")]
    [InlineData(".", "nothing on the stack")]
    [InlineData("(.", "nothing on the stack")]
    [InlineData("K\u0001(0a.", "nothing on the stack")]
    [InlineData("K\u0001(a.", "nothing on the stack")]
    [InlineData("t.", "no mark")]
    [InlineData("g1\n.", "place 1")]
    [InlineData("p-1\n.", "should be a number")]
    [InlineData("Ix\n.", "'x' is no whole number")]
    [InlineData("I 1\n.", "no whole number")]
    [InlineData("Fx\n.", "'x' is no number")]
    [InlineData("Sx\n.", "quotes")]
    [InlineData("S'\\q'\n.", "means nothing")]
    [InlineData("S'\\x4'\n.", "hexadecimal")]
    [InlineData("V\\u12\n.", "hexadecimal")]
    [InlineData("V\\UFFFFFFFF\n.", "no character")]
    [InlineData("\u008c\u0001\u00ff.", "UTF-8")]
    [InlineData("NK\u0001a.", "None, which is no list")]
    [InlineData("NK\u0001K\u0002s.", "None, which is no dictionary")]
    [InlineData("N(K\u0001\u0090.", "None, which is no set")]
    [InlineData("}(K\u0001u.", "a key has no value")]
    [InlineData("}]Ns.", "a list can't be a key")]
    [InlineData("(}\u0091.", "a dictionary can't be a key")]
    [InlineData("NNb.", "None can't be given a state")]
    [InlineData("NNR.", "arguments should be a tuple")]
    [InlineData("N)R.", "None is called")]
    [InlineData("(o.", "no class")]
    [InlineData("NN\u0093.", "two texts")]
    [InlineData("N)N\u0092.", "keyword arguments")]
    public void Load_WrongPickle_SaysWhatIsWrongAndWhere(string pickle, string complaint)
    {
        var message = Pickle.Refuses(pickle).Message;

        Assert.Contains(complaint, message, StringComparison.Ordinal);
        Assert.Matches("^the pickle, byte [0-9]+ \\(", message);
    }

    [Fact]
    public void Load_ErrorInTheMiddle_NamesByteAndOpcode() =>
        Assert.StartsWith("the pickle, byte 3 (APPEND): ", Pickle.Refuses("NK\u0001a.").Message, StringComparison.Ordinal);

    [Fact]
    public void Load_ListThatHoldsItself_IsReadAsSuch()
    {
        var list = Assert.IsType<List<object?>>(Pickle.Load("]q\0h\0a."));

        Assert.Same(list, Assert.Single(list));
    }

    [Fact]
    public void Load_SharedList_StaysShared()
    {
        var tuple = Assert.IsType<object?[]>(Pickle.Load("]q\0h\0\u0086."));

        Assert.Same(tuple[0], tuple[1]);
    }

    private static IEnumerable<string> Names => OpcodeTable.Codes.Select(code => OpcodeTable.Find(code)!.Name);
}
