using System.Globalization;
using System.Text;

#if CHECKPOINTS
namespace GanKit.Checkpoints;
#else
namespace GanKit;
#endif

/// <summary>Texts and numbers of a file, safe to print.</summary>
internal static class Printable
{
    private const int Kilo = 1000;

    private static readonly string[] Units = ["bytes", "kB", "MB", "GB", "TB"];

    /// <summary>
    /// A text cut to a length, with control characters and marks of text direction written as <c>\u001b</c>.
    /// </summary>
    internal static string Text(string text, int most)
    {
        var result = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (result.Length >= most)
                return $"{result}...";
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
            {
                result.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
            else
            {
                result.Append(rune);
            }
        }

        return result.ToString();
    }

    /// <summary>Bytes with three figures: <c>45.5 MB</c>, a million bytes each.</summary>
    internal static string Bytes(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= Kilo && unit < Units.Length - 1; unit++)
            value /= Kilo;
        return string.Create(
            CultureInfo.InvariantCulture, $"{(unit == 0 || value >= 100 ? $"{value:F0}" : $"{value:G3}")} {Units[unit]}");
    }

    /// <summary>Whole numbers in groups of three: <c>11,378,179</c>.</summary>
    internal static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
