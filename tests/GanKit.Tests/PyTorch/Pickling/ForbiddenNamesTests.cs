using static GanKit.Tests.PyTorch.Pickle;

namespace GanKit.Tests.PyTorch;

/// <summary>Calls of what runs programs in Python are refused, however they are spelt; names alone are kept.</summary>
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
        ("linecache", "getline"), ("torch.jit.unsupported_tensor_ops", "execWrapper"), ("torch", "save"),
        ("http.client", "HTTPConnection"), ("multiprocessing.pool", "Pool"), ("concurrent.futures", "ThreadPoolExecutor"),
        ("asyncio.subprocess", "create_subprocess_shell"), ("ctypes.util", "find_library"),
        ("unittest.mock", "_importer"), ("code.networks", "os.system"), ("typing", "get_type_hints"),
        ("test.support.script_helper", "assert_python_ok"), ("tkinter", "Tcl"), ("_pyrepl.pager", "pipe_pager"),
        ("site", "addsitedir"), ("_testcapi", "run_in_subinterp"), ("importlib._adapters", "abc.machinery"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Load_CallOfAForbiddenName_IsRefusedByName(string module, string name)
    {
        var named = $"c{module}\n{name}\n";
        string[] ways =
        [
            $"{named}(tR.",
            $"{Text(module)}{Text(name)}\u0093)R.",
            $"(i{module}\n{name}\n.",
            $"({named}o.",
            $"{named})\u0081.",
            $"{named})}}\u0092.",
            $"{named}){Dict(Text("a"), Int(1))}\u0092.",
            $"]{named})R0.",
            $"{Global("copyreg.__newobj__")}({named}tR.",
            $"{Global("copyreg.__newobj_ex__")}({named})}}tR.",
            $"{Global("copyreg._reconstructor")}({named}{Global("builtins.object")}NtR.",
            $"{Global("copyreg._reconstructor")}({Global("models.Net")}{named}NtR.",
            $"{Global("torch._tensor._rebuild_from_type_v2")}({named}{Global("models.T")})}}tR.",
            $"{Global("models.f")}({named}tR.",
        ];
        var (newModule, newName) = Python2Names.Modernise(module, name);
        foreach (var pickle in ways)
        {
            var message = Refuses(pickle).Message;
            Assert.Contains($"{newModule}.{newName}", message, StringComparison.Ordinal);
            Assert.Contains("Nothing was run", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Load_ForbiddenNameThatIsOnlyKept_IsAClass(string module, string name)
    {
        var (newModule, newName) = Python2Names.Modernise(module, name);
        var kept = new PyTorchClass(newModule, newName);
        var named = $"c{module}\n{name}\n";

        Assert.Equal(kept, Load($"{named}."));
        Assert.Equal(kept, Assert.IsType<List<object?>>(Load($"]{named}a."))[0]);
        Assert.Equal(kept, Assert.IsType<PyTorchDict>(Load($"}}{Text("f")}{named}s."))["f"]);
        Assert.Equal(
            kept, Assert.IsType<PyTorchRecord>(Load($"{Global("models.Net")})\u0081{Dict(Text("f"), named)}b."))["f"]);
    }

    /// <summary>Python would call what stands there, though no opcode says so.</summary>
    [Fact]
    public void Load_ForbiddenNameWhereItIsCalledLater_IsRefused()
    {
        var system = Global("os.system");
        var net = $"{Global("models.Net")})\u0081";
        var state = Dict(Text("__setstate__"), system);
        string[] pickles =
        [
            $"{net}{state}b{Text("ls")}b", // a state calls __setstate__ ...
            $"{net}{Dict(Text("append"), system)}b{Text("ls")}a", // ... and an item append
            $"{net}{Dict(Text("extend"), system)}b({Text("ls")}e",
            $"{net}{Dict(Text("add"), system)}b({Text("ls")}\u0090",
            $"{net}{Dict(Text("__setitem__"), system)}b{Text("ls")}Ns",
            $"{Call("collections.OrderedDict")}{state}b{Text("ls")}b",
            $"{Global("torch.nn")}{Dict(Text("Linear"), system)}b0{Call("torch.nn.Linear", Text("ls"))}", // in a module
            Call("functools.partial", system, Text("ls")) + ")R",
            Call("collections.defaultdict", system),
            Call("itertools.starmap", system, $"]{Tuple(Text("ls"))}a"),
            Call("models.map", $"]{Dict(Text("f"), Tuple(system))}a"),
            Call("models.f", NumpyTests.Filled(NumpyTests.Dtype("O8"), Ints(1), "\u0089", $"]{system}a")),
            $"{Call("operator.itemgetter", Int(0))}(]{system}atR({Text("ls")}tR", // taken out of a list again
            $"{Global("functools.partial")}({Global("models.f")}tR{Tuple(system, ")", "}", "N")}b({Text("ls")}tR",
            $"{net}{Dict(Text("f"), system)}b\u0085q\0{Global("copy.copy")}h\0R",
            $"}}q\0{Text("f")}{system}s0{Global("models.f")}h\0\u0085R",
            $"}}{Text("f")}{system}s{Text("f")}Ns", // what is overwritten may have been taken before
            $"}}{Text("f")}Ns{Text("f")}Ns{system}",
            // What an iterator was given grows or changes before it runs.
            $"]q\0{Call("itertools.starmap", Global("models.f"), "h\0")}0{Tuple(system, ")")}a",
            $"{Call("functools.partial", Global("models.f"))}q\0{Call("itertools.starmap", "h\0", "]")}0{Tuple(system, ")", "}", "N")}b",
        ];
        foreach (var pickle in pickles)
            Assert.Contains("os.system", Refuses(pickle + ".").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("code.networks")]
    [InlineData("signal.models")]
    [InlineData("profile.nets")]
    [InlineData("http.models.dcgan")]
    [InlineData("multiprocessing.nets")]
    [InlineData("concurrent.nets")]
    [InlineData("importlib.nets")]
    [InlineData("commands.nets")]
    [InlineData("builtins.nets")]
    [InlineData("os.nets")]
    [InlineData("code")]
    [InlineData("http")]
    public void Load_PackageNamedAsAModuleOfPython_IsHarmless(string module)
    {
        Assert.Equal(
            $"Net() state {{'a': 1}}", Show(Load($"c{module}\nNet\n)\u0081{Dict(Text("a"), Int(1))}b.")));
        Assert.Equal(
            "getattr(Net(), 'forward')", Show(Load($"cbuiltins\ngetattr\n(c{module}\nNet\n)\u0081{Text("forward")}tR.")));
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
    public void Load_Getattr_IsARecordOfWhatWasAskedFor()
    {
        var net = $"{Global("models.Net")})\u0081";
        (string Pickle, string Expected)[] cases =
        [
            (Global("builtins.getattr"), "<builtins.getattr>"),
            ($"]{Global("__builtin__.getattr")}a", "[<builtins.getattr>]"),
            (Call("builtins.getattr", Int(1), Text("real")), "getattr(1, 'real')"),
            (Call("builtins.getattr", net, Text("forward")), "getattr(Net(), 'forward')"),
            (Call("builtins.getattr", net, Text("__call__")), "getattr(Net(), '__call__')"),
            (Call("builtins.getattr", $"}}{Int(0)}{Int(1)}s", Text("get")), "getattr({0: 1}, 'get')"),
            (Call("builtins.getattr", Call("builtins.getattr", net, Text("head")), Text("forward")),
                "getattr(getattr(Net(), 'head'), 'forward')"),
            (Call("functools.partial", Call("builtins.getattr", net, Text("rate"))), "partial(getattr(Net(), 'rate'))"),
            (Call("functools.partial", Call("builtins.getattr",
                net + Dict(Text("f"), Global("os.getcwd")) + "b", Text("rate"))),
                "partial(getattr(Net() state {'f': <os.getcwd>}, 'rate'))"),
            ($"{net}{Dict(Text("f"), Call("builtins.getattr", net, Text("rate")))}b", "Net() state {'f': getattr(Net(), 'rate')}"),
            (Call("builtins.getattr", Global("builtins.dict"), Text("get")), "getattr(<builtins.dict>, 'get')"),
            ($"{Call("builtins.getattr", Call("builtins.getattr", Global("models.A"), Text("B")), Text("C"))}({Int(2)}tR",
                "A.B.C(2)"),
            ($"{Call("builtins.getattr", Global("models.A"), Text("B"))})\u0081{Dict(Text("a"), Int(1))}b",
                "A.B() state {'a': 1}"),
            (Call("copyreg._reconstructor", Call("builtins.getattr", Global("models.A"), Text("B")),
                Global("builtins.object"), "N"), "A.B()"),
        ];
        foreach (var (pickle, expected) in cases)
            Assert.Equal(expected, Show(Load(pickle + ".")));
    }

    [Fact]
    public void Load_GetattrThatOpensDoors_IsRefused()
    {
        var method = Call("builtins.getattr", $"{Global("models.Net")})\u0081", Text("run"));
        string[] pickles =
        [
            $"{method})R", // called, in all ways
            $"({method}o",
            $"{method})\u0081",
            $"{method}){Dict(Text("a"), Int(1))}\u0092",
            $"{Call("functools.partial", method)})R",
            Call("copyreg.__newobj__", method),
            Call("copyreg._reconstructor", Global("models.Net"), method, "N"),
            $"{Call("builtins.getattr", Int(1), Text("real"))})R",
            Call("itertools.starmap", method, "]"), // or handed on to be
            Call("itertools.starmap", Call("functools.partial", method), "]"),
            $"]q\0{Call("models.f", "h\0")}0{method}a",
            Call("__builtin__.getattr", Global("models.Mode"), Text("__init__")),
            Call("builtins.getattr", Global("models.Mode"), Text("a.b")),
            Call("builtins.getattr", Global("models.Mode"), Text("A"), "N"),
            $"{Global("builtins.getattr")}({Global("models.Mode")}{Text("A")}t{Dict(Text("a"), Int(1))}\u0092",
            Call("functools.partial", Global("builtins.getattr")),
            Call("itertools.starmap", Global("builtins.getattr"), "]"),
            Call("models.f", $"]{Global("builtins.getattr")}a"),
            $"{Call("builtins.getattr", Global("models.Net"), Text("registry"))}{Text("a")}Ns", // changed through it
            $"{Call("builtins.getattr", Global("torch.nn"), Text("functional"))}{Dict(Text("a"), Int(1))}b",
            $"{Call("builtins.getattr", Global("models.Net"), Text("list"))}Na",
        ];
        foreach (var pickle in pickles)
            Assert.Contains("getattr", Refuses(pickle + ".").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_GetattrOverAndOver_IsRefused()
    {
        var chain = Global("models.Net");
        for (var i = 0; i < 30; i++)
            chain = Call("builtins.getattr", chain, Text("a"));
        Assert.Contains("more than 20 times", Refuses(chain + ".").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unlink")]
    [InlineData("write_text")]
    public void Load_GetattrOfAPath_IsRefusedWhereItTouchesFiles(string name) => Assert.Contains(
        "touches files",
        Refuses(Call("builtins.getattr", Call("pathlib.PosixPath", Text("a")), Text(name)) + ".").Message,
        StringComparison.Ordinal);

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
