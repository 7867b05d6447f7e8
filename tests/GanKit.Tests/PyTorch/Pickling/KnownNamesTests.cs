using static GanKit.Tests.PyTorch.Pickle;

namespace GanKit.Tests.PyTorch;

/// <summary>What calls of known names give.</summary>
public class KnownNamesTests
{
    private static readonly string One = Int(1);

    public static TheoryData<string, string> Cases => new()
    {
        { Call("collections.OrderedDict"), "{}" },
        { Call("collections.OrderedDict", $"]({Tuple(Text("a"), One)}({Text("b")}Nle"), "{'a': 1, 'b': None}" },
        { Call("collections.Counter", Dict(Text("a"), One)), "{'a': 1}" },
        { Call("collections.defaultdict", Global("builtins.list")) + Text("a") + One + "s", "{'a': 1}" },
        { Call("collections.deque", ")", One) + One + "a", "deque((), 1) items [1]" },
        { Call("builtins.set", $"]{One}a"), "{1}" },
        { Call("__builtin__.set", $"]{One}a"), "{1}" },
        { Call("builtins.frozenset", Ints(1, 1)), "{1}" },
        { Call("builtins.list", Ints(1, 2)), "[1, 2]" },
        { Call("builtins.tuple", $"]{One}a"), "(1)" },
        { Call("builtins.dict", Dict(One, One)), "{1: 1}" },
        { Call("builtins.complex", One, "F2.5\n"), "(1.0, 2.5j)" },
        { Call("builtins.bytearray"), "b''" },
        { Call("builtins.bytearray", Bin(1, 2)), "b'0102'" },
        { Call("builtins.bytearray", Text("\u00ff"), Text("latin-1")), "b'ff'" },
        { Call("__builtin__.bytearray", One), "bytearray(1)" },
        { Call("builtins.bytes"), "b''" },
        { Call("_codecs.encode", Text("a\u00ff"), Text("latin1")), "b'61ff'" },
        { Call("_codecs.encode", Text("é"), Text("utf-8")), "b'c3a9'" },
        { Call("builtins.slice", "N", One, "N"), "slice(None, 1, None)" },
        { Call("__builtin__.xrange", One), "range(1)" },
        { Call("builtins.object"), "object()" },
        { Global("__builtin__.unicode"), "<builtins.str>" },
        { Global("exceptions.ValueError"), "<builtins.ValueError>" },
        { Call("copyreg._reconstructor", Global("models.Net"), Global("builtins.object"), "N"), "Net()" },
        { Call("copy_reg._reconstructor", Global("models.Net"), Global("__builtin__.dict"), Dict(One, One)),
            "Net() entries {1: 1}" },
        { Call("copyreg._reconstructor", Global("models.Net"), Global("builtins.list"), $"]{One}a"), "Net() items [1]" },
        { Call("copyreg._reconstructor", Global("models.Net"), Global("builtins.int"), One), "Net() items [1]" },
        { Call("copyreg.__newobj__", Global("models.Net"), One), "Net(1)" },
        { Call("copyreg.__newobj_ex__", Global("models.Net"), Tuple(One), Dict(Text("a"), One)), "Net(1, {'a': 1})" },
        { Call("builtins.getattr", Global("models.Mode"), Text("TEST")), "getattr(<models.Mode>, 'TEST')" },
        { Call("torch.Size", Ints(2, 3)), "Size(2, 3)" },
        { Call("torch.Size", "]"), "Size()" },
        { Call("torch.device", Text("cuda"), One), "device cuda:1" },
        { Call("torch.device", Text("cpu")), "device cpu" },
        { Call("torch.serialization._get_layout", Text("torch.strided")), "<torch.strided>" },
        { Global("torch.float32"), "float32" },
        { Global("torch.half"), "float16" },
        { Global("torch.float8_e4m3fn"), "float8_e4m3fn" },
        { Global("torch.Tensor"), "<torch.Tensor>" },
        { Call("pathlib.PosixPath", Text("runs"), Text("a.pth")), "PosixPath('runs', 'a.pth')" },
        { Call("functools.partial", Global("models.Norm")) + Tuple(Global("models.Norm"), ")", "}", "N") + "b",
            "partial(<models.Norm>) state (<models.Norm>, (), {}, None)" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Load_KnownName_GivesItsValue(string pickle, string expected) =>
        Assert.Equal(expected, Show(Load(pickle + ".")));

    [Theory]
    [InlineData("collections.OrderedDict", "N", "a list")]
    [InlineData("collections.OrderedDict", "]Na", "pairs")]
    [InlineData("builtins.complex", "N", "a number as argument 1 of 1")]
    [InlineData("torch.device", "N", "torch.device should be given a text")]
    [InlineData("torch.Size", "N", "a list")]
    [InlineData("torch.serialization._get_layout", "I1\n", "a text")]
    [InlineData("_codecs.encode", "N", "a text")]
    [InlineData("torch._utils._rebuild_tensor", "N", "a storage or tensor")]
    [InlineData("torch._utils._rebuild_meta_tensor_no_storage", "N", "a dtype")]
    [InlineData("copyreg._reconstructor", "N", "a class")]
    [InlineData("torch.storage._load_from_bytes", "N", "bytes")]
    [InlineData("torch.storage._load_from_bytes", "C\u0001a", "no file of torch.save")]
    public void Load_WrongArgument_IsNamed(string function, string argument, string complaint) =>
        Assert.Contains(complaint, Refuses(Call(function, argument) + ".").Message, StringComparison.Ordinal);

    [Fact]
    public void Load_EncodedTextBeyondBytes_IsRefused() =>
        Assert.Contains(
            "no bytes", Refuses(Call("_codecs.encode", Text("€"), Text("latin1")) + ".").Message, StringComparison.Ordinal);

    [Fact]
    public void Load_LongBytes_AreBytesInTheEnd()
    {
        var bytes = Enumerable.Range(0, 10_000).Select(i => (byte)i).ToArray();

        var list = Assert.IsType<List<object?>>(Load($"]({Bin(bytes)}{Dict(One, Bin(bytes))}e."));

        Assert.Equal(bytes, list[0]);
        Assert.Equal(bytes, Assert.IsType<PyTorchDict>(list[1])[1]);
    }
}
