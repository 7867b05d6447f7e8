using System.Globalization;
using System.Text;

namespace GanKit.Checkpoints;

/// <summary>The ways in which pickles spell texts.</summary>
internal static class PickleText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>UTF-8 in which lone surrogates are allowed, as Python writes it ("surrogatepass").</summary>
    /// <exception cref="CheckpointFormatException">It is something else.</exception>
    internal static string DecodeUtf8(byte[] bytes) => TryDecodeUtf8(bytes)
        ?? DecodeSurrogates(bytes)
        ?? throw new CheckpointFormatException("a text is not in UTF-8: the file is corrupt.");

    /// <summary>A <c>str</c> of Python 2: UTF-8 where it can be, else Latin-1.</summary>
    internal static string DecodePython2(byte[] bytes) => TryDecodeUtf8(bytes) ?? Encoding.Latin1.GetString(bytes);

    /// <summary>Undoes <c>repr</c>: a text in quotes with backslashes.</summary>
    internal static byte[] UnescapeRepr(byte[] line)
    {
        if (line.Length < 2 || line[0] != line[^1] || line[0] is not ((byte)'\'' or (byte)'"'))
            throw new CheckpointFormatException("a text should stand in quotes.");
        var text = new List<byte>(line.Length);
        for (var i = 1; i < line.Length - 1; i++)
        {
            if (line[i] != '\\')
            {
                text.Add(line[i]);
                continue;
            }

            i++;
            if (line[i] == 'x')
            {
                text.Add((byte)Number(line, i + 1, 2, NumberStyles.AllowHexSpecifier));
                i += 2;
            }
            else if (line[i] is >= (byte)'0' and <= (byte)'7')
            {
                var value = 0;
                var end = i + 3;
                for (; i < end && line[i] is >= (byte)'0' and <= (byte)'7'; i++)
                    value = value * 8 + line[i] - '0';
                text.Add((byte)value);
                i--;
            }
            else
            {
                text.Add(Unescape(line[i]));
            }
        }

        return [.. text];
    }

    /// <summary>Undoes Python's <c>raw-unicode-escape</c>: Latin-1 with <c>\uXXXX</c> and <c>\UXXXXXXXX</c>.</summary>
    internal static string UnescapeUnicode(byte[] line)
    {
        var text = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            var digits = line.AsSpan(i) switch
            {
                [(byte)'\\', (byte)'u', ..] => 4,
                [(byte)'\\', (byte)'U', ..] => 8,
                _ => 0,
            };
            if (digits == 0)
            {
                text.Append((char)line[i]);
                if (line[i] == '\\' && i + 1 < line.Length)
                    text.Append((char)line[++i]);
                continue;
            }

            var code = Number(line, i + 2, digits, NumberStyles.AllowHexSpecifier);
            text.Append(code switch
            {
                <= 0xFFFF => ((char)code).ToString(),
                <= 0x10FFFF => char.ConvertFromUtf32((int)code),
                _ => throw new CheckpointFormatException($"there is no character U+{code:X}."),
            });
            i += digits + 1;
        }

        return text.ToString();
    }

    private static long Number(byte[] line, int start, int count, NumberStyles style) =>
        start + count <= line.Length
        && long.TryParse(line.AsSpan(start, count), style, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new CheckpointFormatException($"after a backslash, {count} hexadecimal digits should follow.");

    private static byte Unescape(byte letter) => letter switch
    {
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        (byte)'a' => 7,
        (byte)'b' => 8,
        (byte)'v' => 11,
        (byte)'f' => 12,
        (byte)'\\' or (byte)'\'' or (byte)'"' => letter,
        _ => throw new CheckpointFormatException($"'\\{(char)letter}' in a text means nothing."),
    };

    private static string? TryDecodeUtf8(byte[] bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string? DecodeSurrogates(byte[] bytes)
    {
        var text = new StringBuilder(bytes.Length);
        for (var i = 0; i < bytes.Length;)
        {
            if (Rune.DecodeFromUtf8(bytes.AsSpan(i), out var rune, out var length) == System.Buffers.OperationStatus.Done)
            {
                text.Append(rune.ToString());
                i += length;
            }
            else if (bytes.AsSpan(i) is [0xED, >= 0xA0 and <= 0xBF and var high, >= 0x80 and <= 0xBF and var low, ..])
            {
                text.Append((char)(0xD000 | (high & 0x3F) << 6 | low & 0x3F));
                i += 3;
            }
            else
            {
                return null;
            }
        }

        return text.ToString();
    }
}
