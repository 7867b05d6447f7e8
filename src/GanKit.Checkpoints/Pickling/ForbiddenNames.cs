namespace GanKit.Checkpoints;

/// <summary>
/// Names that let a file run programs when Python opens it. Nothing would run here; but a file that calls one is an attack, or equal to
/// one, and the user should know. <see cref="PickleGuard"/> says what a call is.
/// </summary>
internal static class ForbiddenNames
{
    internal const string FunctionOfPython = "is a function of Python's own that files have no need of";

    // Modules, or names in modules; all that lies below them counts too.
    private static readonly Dictionary<string, string> Reasons = new (string Reason, string[] Names)[]
    {
        ("runs programs or touches files", [
            "os", "posix", "nt", "posixpath", "ntpath", "subprocess", "_posixsubprocess", "commands", "popen2", "pty",
            "shutil", "sys", "tempfile", "fileinput", "multiprocessing", "_winapi", "winreg", "_winreg", "signal",
            "platform", "pydoc", "sysconfig", "distutils", "setuptools", "pip", "ensurepip", "venv", "io.open",
            "io.open_code", "io.FileIO", "_io.open", "_io.open_code", "_io.FileIO", "_pyio.open", "_pyio.FileIO",
            "codecs.open", "linecache", "glob", "dbm", "anydbm", "sqlite3", "zipfile", "tarfile", "gzip.open",
            "bz2.open", "lzma.open", "logging.config", "logging.FileHandler", "_osx_support", "_aix_support",
            "uuid._get_command_stdout", "py_compile", "compileall", "numpy.fromfile", "numpy.memmap", "numpy.save",
            "numpy.savetxt", "torch.save", "torch.from_file"]),
        ("reaches into the network", [
            "socket", "_socket", "ssl", "urllib", "urllib2", "http", "httplib", "ftplib", "smtplib", "poplib",
            "imaplib", "nntplib", "telnetlib", "xmlrpc", "xmlrpclib", "socketserver", "SocketServer", "BaseHTTPServer",
            "SimpleHTTPServer", "CGIHTTPServer", "asyncio", "asyncore", "requests", "aiohttp", "httpx", "urllib3",
            "paramiko", "webbrowser", "antigravity"]),
        ("imports or runs code", [
            "importlib", "_frozen_importlib", "_frozen_importlib_external", "imp", "_imp", "zipimport", "pkgutil",
            "runpy", "modulefinder", "unittest", "mailcap", "_interpreters", "_xxsubinterpreters",
            "typing.get_type_hints", "typing.ForwardRef", "typing._eval_type", "code", "codeop", "pdb", "bdb",
            "cProfile", "profile", "trace", "timeit", "doctest", "idlelib",
            "lib2to3", "test.support", "test.libregrtest", "tkinter", "_tkinter", "turtle", "_pyrepl", "_testcapi",
            "_testinternalcapi", "_testlimitedcapi", "_xxinterpchannels", "_interpchannels", "site.addsitedir", "site.addpackage",
            "site.main", "site.execsitecustomize", "site.execusercustomize", "threading", "_thread", "thread", "dummy_threading", "concurrent", "atexit", "gc", "inspect",
            "six.moves", "past.builtins", "future.builtins", "future.moves", "numpy.testing", "numpy.f2py",
            "numpy.distutils", "torch.hub", "torch.ops", "torch.classes", "torch.package", "torch.utils.cpp_extension",
            "torch.utils.collect_env", "torch._inductor", "torch._dynamo", "torch.distributed.rpc",
            "torch.jit.unsupported_tensor_ops", "torch.utils.bottleneck", "torch.utils.data.datapipes",
            "torch.utils._config_module", "torch.testing._internal", "torch.fx.experimental.symbolic_shapes", "numexpr",
            "pandas.eval"]),
        ("reaches into Python's own memory or native code", [
            "ctypes", "_ctypes", "cffi", "_cffi_backend", "mmap", "numpy.ctypeslib", "types.FunctionType",
            "types.LambdaType", "types.CodeType", "types.MethodType", "types.new_class"]),
        ("reads further files, and code in them", [
            "pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "tracemalloc.Snapshot", "numpy.load",
            "torch.load", "pandas.read_pickle", "pandas.io.pickle", "torch.serialization.load", "torch.jit.load",
            "torch.jit._serialization.load", "copyreg.add_extension", "copyreg.pickle", "copy_reg.add_extension",
            "copy_reg.pickle"]),
        ("calls whatever it is told to", [
            "operator.attrgetter", "operator.methodcaller", "operator.call", "_operator.attrgetter",
            "_operator.methodcaller", "_operator.call", "functools.reduce", "_functools.reduce"]),
    }.SelectMany(group => group.Names.Select(name => (name, group.Reason)))
        .ToDictionary(entry => entry.name, entry => entry.Reason);

    // Packages of Python's among those modules, with what is in them. All its other modules hold none.
    private static readonly Dictionary<string, string[]> Packages = new()
    {
        ["os"] = ["path"],
        ["multiprocessing"] = [
            "connection", "context", "dummy", "forking", "forkserver", "heap", "managers", "pool", "popen_fork",
            "popen_forkserver", "popen_spawn_posix", "popen_spawn_win32", "process", "queues", "reduction",
            "resource_sharer", "resource_tracker", "semaphore_tracker", "shared_memory", "sharedctypes", "spawn",
            "synchronize", "util"],
        ["http"] = ["client", "cookiejar", "cookies", "server"],
        ["urllib"] = ["error", "parse", "request", "response", "robotparser"],
        ["xmlrpc"] = ["client", "server"],
        ["asyncio"] = [
            "__main__", "base_events", "base_futures", "base_subprocess", "base_tasks", "compat", "constants",
            "coroutines", "events", "exceptions", "format_helpers", "futures", "graph", "locks", "log", "mixins",
            "proactor_events", "protocols", "queues", "runners", "selector_events", "sslproto", "staggered", "streams",
            "subprocess", "taskgroups", "tasks", "test_utils", "threads", "timeouts", "tools", "transports", "trsock",
            "unix_events", "windows_events", "windows_utils"],
        ["importlib"] = [
            "__main__", "_abc", "_bootstrap", "_bootstrap_external", "_common", "abc", "machinery", "metadata", "readers",
            "resources", "simple", "util", "_adapters", "_compat", "_itertools", "_legacy"],
        ["concurrent"] = ["futures", "interpreters"],
        ["ctypes"] = ["_aix", "_endian", "_layout", "macholib", "test", "util", "wintypes"],
        ["dbm"] = ["bsd", "dumb", "gnu", "ndbm", "sqlite3", "whichdb"],
        ["sqlite3"] = ["__main__", "_completer", "dbapi2", "dump", "test"],
        ["unittest"] = [
            "__main__", "_log", "async_case", "case", "test", "loader", "main", "mock", "result", "runner", "signals", "suite",
            "util"],
    };

    // Modules with names that packages of users have too, with all classes that Python has there.
    private static readonly Dictionary<string, string[]> Classes = new()
    {
        ["code"] = ["InteractiveInterpreter", "InteractiveConsole", "CommandCompiler", "Quitter"],
        ["signal"] = ["Signals", "Handlers", "Sigmasks", "ItimerError"],
        ["profile"] = ["Profile", "HotProfile", "OldProfile", "Stats", "OptionParser"],
        ["trace"] = ["Trace", "CoverageResults", "Ignore"],
        ["http"] = ["HTTPStatus", "HTTPMethod", "StrEnum", "IntEnum"],
        ["timeit"] = ["Timer"],
        ["platform"] = [],
        ["glob"] = [],
        ["concurrent"] = [],
    };

    // Not Python's own, or of so many parts that all below them counts.
    private static readonly HashSet<string> Whole =
    [
        "setuptools", "pip", "ensurepip", "venv", "distutils", "idlelib", "lib2to3", "tkinter", "_pyrepl", "requests", "aiohttp", "httpx",
        "urllib3", "paramiko", "numexpr", "cffi", "_cffi_backend", "dill", "cloudpickle", "joblib",
    ];

    private static readonly HashSet<string> HarmlessBuiltins =
    [
        "object", "set", "frozenset", "list", "tuple", "dict", "bytes", "bytearray", "str", "basestring", "int", "float",
        "bool", "complex", "slice", "range", "type", "NoneType", "Ellipsis", "NotImplemented", "ellipsis",
    ];

    /// <summary>
    /// The reason not to call a name, also where its dots lead through other modules: <c>hub.os.system</c>. Null where there is none.
    /// </summary>
    internal static string? ReasonAgainst(PyTorchClass named)
    {
        var (module, name) = (named.Module, named.Name);
        var steps = name.Split('.');
        if (!IsOfAnotherPackage(module, steps[0]) && ReasonFor($"{module}.{name}") is { } direct)
            return direct;
        if (steps.Length > 1 && steps.Any(step => step.StartsWith("__", StringComparison.Ordinal)))
            return "reaches into the insides of a class";
        if (steps.Length > 1 && module == "pathlib")
            return "touches files";
        for (var i = 0; i + 1 < steps.Length; i++)
        {
            // Modules keep what they import, at times under a name of their own: random._os is os.
            var hidden = string.Join('.', steps[i..]);
            if ((ReasonFor(hidden) ?? ReasonFor(hidden.TrimStart('_'))) is { } reason)
                return reason;
        }

        return null;
    }

    internal static CheckpointFormatException Refuse(PyTorchClass named, string reason) => new(
        named.FullName == "joblib.numpy_pickle.NumpyArrayWrapper"
        ? "it is a file of joblib.dump, whose arrays stand between the opcodes of a pickle. In Python, joblib.load it, and "
        + "save its arrays by name with safetensors' save_file or torch.save."
        : $"it asks for {named.FullName}, which {reason}. Files that do so run programs when Python opens them. Nothing "
        + "was run here, and the file is refused; get the weights from a source that you trust.");

    /// <summary>
    /// Whether a module or class stands where Python has none, such as <c>code.networks</c>: then a user's package has the name of one of
    /// Python's modules.
    /// </summary>
    private static bool IsOfAnotherPackage(string module, string name) => module.Split('.', 3) switch
    {
        [var first, var second, ..] => (Reasons.ContainsKey(first) || first is "builtins") && !Whole.Contains(first)
            && !Packages.GetValueOrDefault(first, []).Contains(second),
        _ => Classes.TryGetValue(module, out var classes) && name is [>= 'A' and <= 'Z', ..] && !classes.Contains(name),
    };

    private static string? ReasonFor(string path)
    {
        if (path.Split('.', 2) is ["builtins" or "__builtins__", var name] && !IsHarmlessBuiltin(name))
            return FunctionOfPython;
        for (var end = path.Length; end > 0; end = path.LastIndexOf('.', end - 1))
        {
            if (Reasons.TryGetValue(path[..end], out var reason))
                return reason;
        }

        return null;
    }

    private static bool IsHarmlessBuiltin(string name) => name.Split('.') switch
    {
        [var type, _] => HarmlessBuiltins.Contains(type), // dict.get
        [var type] => HarmlessBuiltins.Contains(type)
            || type.EndsWith("Error", StringComparison.Ordinal)
            || type.EndsWith("Exception", StringComparison.Ordinal)
            || type.EndsWith("Warning", StringComparison.Ordinal),
        _ => false,
    };
}
