namespace GanKit.Checkpoints;

/// <summary>
/// Python 3's names of what had another name in Python 2. Python 3 writes the old names too, in protocols up to 2, which
/// torch.save uses.
/// </summary>
internal static class Python2Names
{
    private static readonly Dictionary<string, string> Modules = new()
    {
        ["__builtin__"] = "builtins",
        ["copy_reg"] = "copyreg",
        ["exceptions"] = "builtins",
        ["cPickle"] = "pickle",
        ["commands"] = "subprocess",
        ["UserDict"] = "collections",
        ["UserList"] = "collections",
        ["UserString"] = "collections",
        ["Queue"] = "queue",
        ["ConfigParser"] = "configparser",
    };

    private static readonly Dictionary<(string Module, string Name), (string Module, string Name)> Names = new()
    {
        [("__builtin__", "xrange")] = ("builtins", "range"),
        [("__builtin__", "unicode")] = ("builtins", "str"),
        [("__builtin__", "long")] = ("builtins", "int"),
        [("__builtin__", "unichr")] = ("builtins", "chr"),
        [("__builtin__", "intern")] = ("sys", "intern"),
        [("__builtin__", "reduce")] = ("functools", "reduce"),
        [("itertools", "izip")] = ("builtins", "zip"),
        [("itertools", "imap")] = ("builtins", "map"),
        [("itertools", "ifilter")] = ("builtins", "filter"),
        [("UserDict", "IterableUserDict")] = ("collections", "UserDict"),
    };

    /// <summary>The name of today.</summary>
    internal static (string Module, string Name) Modernise(string module, string name) =>
        Names.TryGetValue((module, name), out var renamed) ? renamed : (Modules.GetValueOrDefault(module, module), name);
}
