using static GanKit.Tests.PyTorch.Pickle;

namespace GanKit.Tests.PyTorch;

/// <summary>Names that run programs in Python are refused wherever they stand, and however they are spelt.</summary>
public class ForbiddenNamesTests
{
    public static TheoryData<string, string> Names => new(
        ("os", "system"), ("posix", "system"), ("nt", "system"), ("os.path", "join"), ("subprocess", "Popen"),
        ("sys", "exit"), ("shutil", "rmtree"), ("socket", "socket"), ("importlib", "import_module"), ("runpy", "run_path"),
        ("pty", "spawn"), ("ctypes", "CDLL"), ("builtins", "eval"), ("builtins", "exec"), ("builtins", "compile"),
        ("builtins", "open"), ("builtins", "setattr"), ("builtins", "__import__"), ("builtins", "input"),
        ("builtins", "globals"), ("builtins", "breakpoint"), ("__builtin__", "eval"), ("__builtin__", "execfile"),
        ("__builtin__", "reduce"), ("__builtin__", "apply"), ("operator", "attrgetter"), ("operator", "methodcaller"),
        ("_operator", "attrgetter"), ("functools", "reduce"), ("pickle", "loads"), ("cPickle", "loads"),
        ("_pickle", "Unpickler"), ("marshal", "loads"), ("types", "FunctionType"), ("types", "CodeType"),
        ("torch.hub", "load"), ("torch", "load"), ("webbrowser", "open"), ("code", "InteractiveConsole"),
        ("commands", "getoutput"), ("io", "open"), ("_io", "FileIO"), ("numpy", "load"),
        ("numpy.testing._private.utils", "runstring"), ("torch.utils.cpp_extension", "load"),
        ("urllib.request", "urlopen"), ("itertools", "imap"), ("pdb", "run"), ("timeit", "timeit"), ("cProfile", "run"),
        ("dill", "loads"), ("torch", "hub.load"), ("torch", "os.system"), ("numpy", "os.system"),
        ("collections", "OrderedDict.__init__.__globals__"), ("models", "Net.__reduce__"),
        ("torch.serialization", "os.system"), ("a", "b.subprocess.Popen"), ("torch", "serialization.pickle.loads"),
        ("models", "builtins.eval"), ("six.moves.builtins", "eval"), ("", "os.system"), ("pathlib", "Path.unlink"),
        ("random", "_os.system"), ("collections", "_sys.modules.get"), ("thread", "start_new_thread"),
        ("linecache", "getline"), ("torch.jit.unsupported_tensor_ops", "execWrapper"), ("torch", "save"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Load_ForbiddenName_IsRefusedByName(string module, string name)
    {
        string[] ways =
        [
            $"c{module}\n{name}\n.",
            $"{Text(module)}{Text(name)}\u0093.",
            $"(i{module}\n{name}\n.",
            $"]c{module}\n{name}\n0.",
        ];
        foreach (var pickle in ways)
        {
            var message = Refuses(pickle).Message;
            Assert.Contains($"{module}.{name}", message, StringComparison.Ordinal);
            Assert.Contains("Nothing was run", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("models.os.layers", "Block")]
    [InlineData("mycode", "Net")]
    [InlineData("types", "SimpleNamespace")]
    [InlineData("osmosis", "Net")]
    [InlineData("builtins", "ValueError")]
    [InlineData("operator", "itemgetter")]
    [InlineData("pathlib", "PosixPath")]
    [InlineData("models", "Outer.Inner")]
    [InlineData("models", "make.<locals>.Net")]
    [InlineData("torch.nn.modules.conv", "Conv2d")]
    public void Load_NameThatOnlyResemblesOne_IsAClass(string module, string name) =>
        Assert.Equal(new PyTorchClass(module, name), Load($"{Text(module)}{Text(name)}\u0093."));

    [Fact]
    public void Load_Getattr_IsRefusedButForMembersOfClasses()
    {
        string[] pickles =
        [
            Global("builtins.getattr"),
            Call("builtins.getattr", Int(1), Text("real")),
            Call("__builtin__.getattr", Global("models.Mode"), Text("__init__")),
            Call("builtins.getattr", Global("models.Mode"), Text("a.b")),
            Call("builtins.getattr", Call("builtins.getattr", Global("models.Mode"), Text("A")), Text("B")),
            Call("functools.partial", Global("builtins.getattr")),
            $"]{Global("builtins.getattr")}a",
            $"}}{Global("builtins.getattr")}Ns",
            $"}}N{Global("builtins.getattr")}s",
        ];
        foreach (var pickle in pickles)
            Assert.Contains("getattr", Refuses(pickle + ".").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_GetattrThatReachesAForbiddenName_IsRefused() => Assert.Contains(
        "torch.serialization.load",
        Refuses(Call("builtins.getattr", Global("torch.serialization"), Text("load")) + ".").Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("random", "_os", "system")]
    [InlineData("torch", "hub", "load")]
    public void Load_GetattrOfAModule_IsRefusedWhereTheNameIs(string module, string name, string attribute)
    {
        var pickle = $"{Text(module)}{Text(name)}\u0093q\0{Global("builtins.getattr")}{Tuple("h\0", Text(attribute))}R.";

        Assert.Contains("Nothing was run", Refuses(pickle).Message, StringComparison.Ordinal);
    }
}
