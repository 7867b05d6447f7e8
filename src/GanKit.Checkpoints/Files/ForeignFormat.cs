using System.Text;
using System.Text.RegularExpressions;

namespace GanKit.Checkpoints;

/// <summary>
/// Recognises content other than weights: archives, other programs' formats, and the pages and pointers that downloads
/// leave, each with the way on.
/// </summary>
internal static partial class ForeignFormat
{
    /// <summary>How many of a file's first bytes are looked at.</summary>
    internal const int HeadLength = 2048;

    private const string Unpack = "Unpack it first";
    private const string Then = ", and open what is in it.";
    private const string Original = "Get the PyTorch or safetensors file that it was made from.";
    private const string NotWeights = "It holds no weights.";
    private const string Zlib = "compressed with zlib, as joblib.dump does";
    private const string Hdf5 = "an HDF5 file, as Keras (.h5) and h5py write";
    private const string Hdf5Mark = "\u0089HDF\r\n\u001a\n";
    private const string Page = "a web page, not weights";

    private const string SaveInPython =
        "In Python, load it with its own library, and save its arrays by name with safetensors' save_file or torch.save.";

    private const string Download =
        "The download went wrong: open its address in a browser, log in if it asks to, and save the file itself.";

    // The first bytes of a file, the format's name, and advice. Texts come first, since a text can look like
    // TorchSharp's format, which has no mark of its own; the others can't.
    private static readonly (string Beginning, string Name, string WayOn)[] Texts =
    [
        ("version https://git-lfs", "a Git LFS pointer, not the file itself", "Fetch it with 'git lfs pull'."),
        ("/annex/objects/", "a git-annex pointer, not the file itself", "Fetch it with 'git annex get'."),
        ("<!", Page, Download),
        ("<html", Page, Download),
        ("<head", Page, Download),
        ("<script", Page, Download),
        ("<?xml", "an XML text, which servers send for errors", Download),
        ("model_checkpoint_path:", "the list of a folder of TensorFlow checkpoints", SaveInPython),
        ("MATLAB ", "a MATLAB file (.mat)", SaveInPython),
        ("%PDF", "a PDF document", Download),
    ];

    private static readonly (string Beginning, string Name, string WayOn)[] Binaries =
    [
        ("\u001f\u008b", "a gzip archive", $"{Unpack} (gunzip, or tar -xzf for a .tar.gz){Then}"),
        ("BZh", "a bzip2 archive", $"{Unpack} (bunzip2, or tar -xjf){Then}"),
        ("\u00fd7zXZ\0", "an xz archive", $"{Unpack} (unxz, or tar -xJf){Then}"),
        ("7z\u00bc\u00af\u0027\u001c", "a 7z archive", $"{Unpack} (7z x){Then}"),
        ("\u0028\u00b5\u002f\u00fd", "a zstd archive", $"{Unpack} (unzstd){Then}"),
        ("Rar!\u001a\u0007", "a RAR archive", $"{Unpack} (unrar x){Then}"),
        ("\u0004\u0022\u004d\u0018", "an lz4 archive", $"{Unpack} (unlz4){Then}"),
        ("LZIP", "an lzip archive", $"{Unpack} (lzip -d){Then}"),
        ("\u001f\u009d", "a compress archive (.Z)", $"{Unpack} (uncompress){Then}"),
        ("\u005d\0\0", "an lzma archive", $"{Unpack} (unlzma){Then}"),
        ("\u0078\u0001", Zlib, SaveInPython),
        ("\u0078\u005e", Zlib, SaveInPython),
        ("\u0078\u009c", Zlib, SaveInPython),
        ("\u0078\u00da", Zlib, SaveInPython),
        ("PK\u0007\u0008", "a part of a split zip archive", "Join its parts and unpack them."),
        (Hdf5Mark, Hdf5, SaveInPython),
        ("\u0093NUMPY", "a NumPy array (.npy)",
            "In Python: safetensors.numpy.save_file({'name': numpy.load(path)}, new_path)."),
        ("GGUF", "a GGUF file of llama.cpp", Original),
        ("ggjt", "a GGML file", Original),
        ("tjgg", "a GGML file", Original),
        ("lmgg", "a GGML file", Original),
        ("ptrt", "a TensorRT engine", Original),
        ("\u0008\u0001\u0012", "a TensorFlow SavedModel", SaveInPython),
        ("\u0012\u0001\0\0\0\0\0\0", "a file of MXNet's parameters", SaveInPython),
        ("\u0004\0\0\0\u0001\0\0\0", "a file of Torch7 (Lua)",
            "Python's package torchfile reads it; save the tensors by name."),
        ("SQLite format 3\0", "an SQLite database", NotWeights),
        ("\u007fELF", "a program", Download),
        ("MZ", "a Windows program", Download),
        ("\u0089PNG\r\n", "a picture", NotWeights),
        ("\u00ff\u00d8\u00ff", "a picture", NotWeights),
        ("GIF8", "a picture", NotWeights),
        ("BM", "a picture", NotWeights),
        ("II*\0", "a picture", NotWeights),
        ("MM\0*", "a picture", NotWeights),
    ];

    /// <summary>A sentence with the kind of a known text and advice; null for other content.</summary>
    internal static string? DescribeKnownText(ReadOnlySpan<byte> head)
    {
        var text = Encoding.Latin1.GetString(head);
        if (text.StartsWith("\u00ef\u00bb\u00bf", StringComparison.Ordinal))
            text = text[3..];
        text = text.TrimStart();
        foreach (var (beginning, name, wayOn) in Texts)
        {
            if (text.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
                return $"it is {name}{(name == Page ? TitleOf(text) : "")}. {wayOn}";
        }

        return null;
    }

    /// <summary>A sentence with the kind of a file and advice; null for an unknown kind.</summary>
    internal static string? Describe(string path, ReadOnlySpan<byte> head)
    {
        var text = Encoding.Latin1.GetString(head);
        var known = DescribeText(head);
        foreach (var (beginning, name, wayOn) in Binaries)
        {
            if (text.StartsWith(beginning, StringComparison.Ordinal) && (known is null || beginning.Length > 2))
                return $"it is {name}. {wayOn}";
        }

        return DescribeKnownText(head) ?? (known is null ? DescribeByContent(path, head, text) : null);
    }

    private static string? DescribeByContent(string path, ReadOnlySpan<byte> head, string text)
    {
        if (IsTar(head))
        {
            string[] entries = ["sys_info", "pickle", "tensors", "storages"];
            return Array.Exists(entries, name => text.StartsWith($"{name}\0", StringComparison.Ordinal))
                ? "it is a tar archive, as PyTorch wrote before version 0.1.10 (2017). Load it in an old PyTorch and save it "
                    + "again."
                : $"it is a tar archive. {Unpack} (tar -xf){Then}";
        }

        if (TensorFlowData().IsMatch(path) || IsTensorFlowIndex(path))
            return $"it is a part of a TensorFlow checkpoint (.index and .data). {SaveInPython}";
        return head switch
        {
            [] => "it is empty.",
            _ when text.Length > 520 && text.AsSpan(512).StartsWith(Hdf5Mark, StringComparison.Ordinal) => $"it is {Hdf5}. {SaveInPython}",
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..]
                or [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => "it is a picture or film. It holds no weights.",
            [_, _, _, _, (byte)'T', (byte)'F', (byte)'L', (byte)'3', ..] => $"it is a TensorFlow Lite model. {SaveInPython}",
            [8, > 0 and < 32, 0x12 or 0x1a or 0x22 or 0x3a or 0x42, ..] => "it is an ONNX model. In Python, save its weights: "
                + "{t.name: onnx.numpy_helper.to_array(t) for t in model.graph.initializer}, with safetensors' save_file.",
            [0x0a, ..] when GraphNode().IsMatch(text) => $"it is a TensorFlow graph (.pb). {SaveInPython}",
            [>= 0x81 and <= 0x8f, >= 0xa1 and <= 0xbf, ..] => $"it is MessagePack, as Flax writes (.msgpack). {SaveInPython}",
            _ when !head.ContainsAnyExcept((byte)0) && head.Length > 1 =>
                "it is of no known format and begins with nothing but zeros: a download or a copy that broke off, or never "
                + "began. Get it again.",
            _ => null,
        };
    }

    /// <summary>A text, by its first line; null where it is none.</summary>
    internal static string? DescribeText(ReadOnlySpan<byte> head)
    {
        const int Shown = 60;
        if (head.ContainsAnyInRange((byte)0, (byte)8) || head.ContainsAnyInRange((byte)14, (byte)31))
            return null;
        var line = Encoding.UTF8.GetString(head).Trim().Split('\n')[0].TrimEnd();
        return line.Length == 0 || line.Contains('\ufffd')
            ? null
            : $"it is of no known format, but a text: '{Printable.Text(line, Shown)}'.";
    }

    /// <summary>The kind of a zip archive without a pickle of torch.save, by its entries; null for an unknown kind.</summary>
    internal static string? DescribeZip(ICollection<string> entries)
    {
        if (entries.Count > 0 && entries.All(name => name.EndsWith(".npy", StringComparison.Ordinal)))
            return "it is a NumPy archive (.npz). In Python: safetensors.numpy.save_file(dict(numpy.load(path)), new_path).";
        if (entries.Any(name => name.EndsWith("model.weights.h5", StringComparison.Ordinal)))
            return $"it is a Keras model (.keras). {SaveInPython}";
        if (entries.Any(name => name.EndsWith("saved_model.pb", StringComparison.Ordinal)))
            return $"it is a zip archive with a TensorFlow SavedModel. {SaveInPython}";
        return entries.FirstOrDefault(CheckpointFolder.IsWeights) is { } weights
            ? $"it is a zip archive around '{Printable.Text(weights, 100)}'. Unpack it, and open that."
            : null;
    }

    /// <summary>A tar archive's header has the sum of its own bytes in it.</summary>
    private static bool IsTar(ReadOnlySpan<byte> head)
    {
        if (head.Length < 512 || head[0] == 0)
            return false;
        var stated = Encoding.ASCII.GetString(head[148..156]).Trim(' ', '\0');
        var sum = 8 * ' ';
        for (var i = 0; i < 512; i++)
            sum += i is >= 148 and < 156 ? 0 : head[i];
        return stated.Length is > 0 and < 8 && stated.All(digit => digit is >= '0' and <= '7')
            && Convert.ToInt32(stated, 8) == sum;
    }

    /// <summary>An index is a table of LevelDB, which has its mark at its end.</summary>
    private static bool IsTensorFlowIndex(string path)
    {
        ReadOnlySpan<byte> mark = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];
        using var file = CheckpointOpener.OpenHandle(path);
        Span<byte> end = stackalloc byte[8];
        var length = RandomAccess.GetLength(file);
        return length > end.Length && RandomAccess.Read(file, end, length - end.Length) == end.Length
            && end.SequenceEqual(mark);
    }

    private static string TitleOf(string page) =>
        Title().Match(page) is { Success: true } title ? $" ('{Printable.Text(title.Groups[1].Value.Trim(), 80)}')" : "";

    [GeneratedRegex(@"\.data-\d{5}-of-\d{5}$")]
    private static partial Regex TensorFlowData();

    [GeneratedRegex("<title[^>]*>([^<]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Title();

    [GeneratedRegex("\u0012.(Placeholder|Const|VariableV2|VarHandleOp|NoOp)", RegexOptions.Singleline)]
    private static partial Regex GraphNode();
}
