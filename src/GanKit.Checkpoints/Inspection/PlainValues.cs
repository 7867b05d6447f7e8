using System.Globalization;
using System.Numerics;

namespace GanKit.Checkpoints;

/// <summary>Values that fit into a few words: numbers, texts, short lists of such.</summary>
internal static class PlainValues
{
    private const int LongestText = 40;
    private const int MostItems = 6;
    private const int MostBits = 128;

    /// <summary>A value as Python writes it, cut if it is long; null where it is no plain value.</summary>
    internal static string? Describe(object? value) => DescribeScalar(value) ?? value switch
    {
        List<object?> items => Items("[", items, "]"),
        object?[] items => Items("(", items, items.Length == 1 ? ",)" : ")"),
        long[] sizes => Items("torch.Size(", [.. sizes], ")"),
        PyTorchDict { Count: 0 } => "{}",
        HashSet<object?> { Count: 0 } => "set()",
        HashSet<object?> items => Items("{", [.. items.Take(MostItems + 1)], "}", items.Count),
        _ => null,
    };

    private static string? DescribeScalar(object? value) => value switch
    {
        null => "None",
        true => "True",
        false => "False",
        string text => $"\"{Printable.Text(text, LongestText)}\"",
        byte[] bytes => Words.Count(bytes.Length, "byte"),
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => Float(number),
        BigInteger number when number.GetBitLength() <= MostBits => number.ToString(CultureInfo.InvariantCulture),
        BigInteger number => $"a whole number of {Printable.Number(number.GetBitLength())} bits",
        Complex number => $"({Float(number.Real)}{(number.Imaginary < 0 ? "" : "+")}{Float(number.Imaginary)}j)",
        PyTorchDtype dtype => $"torch.{dtype}",
        PyTorchDevice device => $"device {Printable.Text(device.Name, LongestText)}",
        PyTorchClass type => $"the name {Printable.Text(type.FullName, LongestText)}",
        _ when ReferenceEquals(value, PyTorchDict.NoneKey) => "None",
        _ => null,
    };

    /// <summary>A list whose items are all plain; a long one is cut, and only what is shown is looked at.</summary>
    private static string? Items(string open, IReadOnlyList<object?> items, string close, int? count = null)
    {
        var total = count ?? items.Count;
        var shown = items.Take(MostItems).Select(DescribeScalar).ToArray();
        if (shown.Contains(null) || items.Skip(MostItems).Any(item => DescribeScalar(item) is null))
            return null;
        var more = total > MostItems ? $", ... {Printable.Number(total)} in all" : "";
        return $"{open}{string.Join(", ", shown)}{more}{close}";
    }

    /// <summary>As Python writes it: <c>1.0</c>, <c>1e-05</c>.</summary>
    private static string Float(double number)
    {
        if (!double.IsFinite(number))
            return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        var text = number.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        return text.All(letter => char.IsAsciiDigit(letter) || letter == '-') ? $"{text}.0" : text;
    }
}
