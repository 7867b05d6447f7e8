using System.Collections;
using System.Globalization;
using System.IO.Compression;
using System.Numerics;
using Razorvine.Pickle;

namespace GanKit.Tests.PyTorch.Bridge;

/// <summary>Razorvine.Pickle 1.5.0: each reads the plain values that the other pickles.</summary>
public sealed class RazorvinePickleTests
{
    private static readonly Dictionary<string, object?> Values = new()
    {
        ["none"] = null,
        ["bools"] = new List<object?> { true, false },
        ["integers"] = new List<object?> { 0, 255, 256, 65_535, 65_536, -1, int.MinValue, int.MaxValue },
        ["long integers"] = new List<object?> { 1L << 31, long.MaxValue, long.MinValue },
        ["floats"] = new List<object?> { 0.0, -1.5, 1e-300, double.MaxValue, double.PositiveInfinity },
        ["texts"] = new List<object?> { "", "weight", "Größe 図 \ud83d\ude00", new string('a', 300), "a\nb\\c'" },
        ["tuples"] = new List<object?> { new object?[] { 1 }, new object?[] { 1, "2" }, new object?[] { 1, 2.0, "3" }, new object?[] { 1, 2, 3, 4 } },
        ["set"] = new HashSet<object?> { "a", "b" },
        ["dictionary of numbers"] = new Dictionary<string, object?> { ["epoch"] = 20, ["loss"] = 0.125 },
        ["dictionary by number"] = new Dictionary<object, object?> { [0] = "first", [1L << 40] = "later" },
        ["nested"] = new Dictionary<string, object?>
        {
            ["a"] = new List<object?> { new Dictionary<string, object?> { ["b"] = new List<object?>() }, new object?[] { "c", null } },
        },
        ["the same text twice"] = new List<object?> { "name", "name" },
    };

    public static TheoryData<string> Names => [.. Values.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Open_OfWhatRazorvinePickled_IsTheValue(string name)
    {
        using var stream = new MemoryStream(new Pickler().dumps(Values[name]));
        using var file = PyTorchFile.Open(stream);
        Assert.Equal(CheckpointFormat.Pickle, file.Format);
        Assert.Equal(Text(Values[name]), Text(file.Root));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Save_UnpickledByRazorvine_IsTheValue(string name)
    {
        using var stream = new MemoryStream();
        PyTorchFile.Save(stream, Values[name]);
        using var archive = new ZipArchive(stream);
        using var entry = archive.GetEntry("archive/data.pkl")!.Open();
        using var unpickler = new Unpickler();
        Assert.Equal(Text(Values[name]), Text(unpickler.load(entry)));
    }

    /// <summary>A value of either library in Python's terms; entries of dictionaries and sets in order of their texts.</summary>
    private static string Text(object? value) => value switch
    {
        null => "None",
        bool flag => flag ? "True" : "False",
        string text => $"'{text}'",
        int or long or byte or ushort or BigInteger => string.Create(CultureInfo.InvariantCulture, $"{value}"),
        double number => number.ToString("R", CultureInfo.InvariantCulture) + "f",
        object?[] tuple => $"({Join(tuple.Select(Text))})",
        PyTorchDict dict => $"{{{Join(dict.Select(entry => $"{Text(entry.Key)}: {Text(entry.Value)}").Order(StringComparer.Ordinal))}}}",
        IDictionary dict => $"{{{Join(dict.Keys.Cast<object>().Select(key => $"{Text(key)}: {Text(dict[key])}").Order(StringComparer.Ordinal))}}}",
        HashSet<object?> or HashSet<object> => $"set({Join(((IEnumerable)value).Cast<object?>().Select(Text).Order(StringComparer.Ordinal))})",
        IList list => $"[{Join(list.Cast<object?>().Select(Text))}]",
        _ => throw new ArgumentException($"{value.GetType()} is no plain value."),
    };

    private static string Join(IEnumerable<string> texts) => string.Join(", ", texts);
}
