using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SkiaSharp;

namespace GanKit.Data;

/// <summary>Facts of a PNG file that Skia does not show: orientation, animation, and bits of a channel.</summary>
/// <remarks>
/// The orientation is looked for where Pillow looks: in eXIf, before or after the pixels; else in the text that ImageMagick keeps
/// EXIF in; and where EXIF says nothing of it, in XMP. PNG, third edition (W3C, 2025): eXIf, acTL.
/// </remarks>
/// <param name="Origin">How stored pixels have to be turned.</param>
/// <param name="Frames">How many pictures an animation has; 1 where it is none.</param>
/// <param name="IsDeep">Whether it has 16 bits a channel.</param>
internal readonly record struct PngFacts(SKEncodedOrigin Origin, int Frames, bool IsDeep)
{
    private const int OrientationTag = 0x0112, Short = 3, Long = 4;

    // The largest size of an unpacked text chunk: EXIF and XMP are at most 64 KiB, and twice that in hexadecimal digits.
    private const int MostText = 1 << 18;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    private static ReadOnlySpan<byte> ExifPrefix => "Exif\0\0"u8;

    /// <summary>Whether these bytes begin a PNG file.</summary>
    internal static bool Recognizes(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    internal static PngFacts Of(ReadOnlySpan<byte> file)
    {
        var frames = 1;
        int exif = 0, profile = 0, xmp = 0;
        // A chunk is its length, kind, body and checksum.
        for (var rest = file[Signature.Length..]; rest.Length >= 12;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - 12)
                break;
            var kind = rest.Slice(4, 4);
            var body = rest.Slice(8, (int)length);
            rest = rest[(12 + body.Length)..];
            if (kind.SequenceEqual("acTL"u8) && body.Length >= 4)
                frames = Math.Max(BinaryPrimitives.ReadInt32BigEndian(body), 1);
            else if (kind.SequenceEqual("eXIf"u8))
                exif = OfExif(body);
            else if (TextOf(kind, body, "Raw profile type exif") is { } hex)
                profile = OfProfile(hex);
            else if (TextOf(kind, body, "XML:com.adobe.xmp") is { } xml)
                xmp = OfXmp(xml);
        }

        var found = new[] { exif, profile, xmp }.FirstOrDefault(value => value != 0);
        return new((SKEncodedOrigin)found, frames, file.Length > 24 && file[24] == 16);
    }

    /// <summary>The orientation in EXIF, which is a TIFF file's first directory; 0 where it has none or can't be read.</summary>
    private static int OfExif(ReadOnlySpan<byte> exif)
    {
        while (exif.StartsWith(ExifPrefix))
            exif = exif[ExifPrefix.Length..];
        if (exif.Length < 8 || !exif.StartsWith("II*\0"u8) && !exif.StartsWith("MM\0*"u8))
            return 0;
        var little = exif[0] == 'I';
        var directory = Number(exif[4..], 4, little);
        if (directory > exif.Length - 2)
            return 0;
        var entries = exif[((int)directory + 2)..];
        for (var left = Number(exif[(int)directory..], 2, little); left > 0 && entries.Length >= 12; left--, entries = entries[12..])
        {
            if (Number(entries, 2, little) != OrientationTag || Number(entries[4..], 4, little) != 1)
                continue;
            return Number(entries[2..], 2, little) switch
            {
                Short => (int)Number(entries[8..], 2, little),
                Long => (int)Math.Min(Number(entries[8..], 4, little), 9),
                _ => 0,
            };
        }

        return 0;
    }

    private static uint Number(ReadOnlySpan<byte> bytes, int length, bool little)
    {
        var value = 0u;
        for (var i = 0; i < length; i++)
            value = value << 8 | bytes[little ? length - 1 - i : i];
        return value;
    }

    /// <summary>After a name and a length in lines of their own come the bytes, in hexadecimal digits.</summary>
    private static int OfProfile(string text)
    {
        var digits = string.Concat(text.Split('\n').Skip(3)).Where(char.IsAsciiHexDigit).ToArray();
        return OfExif(Convert.FromHexString(digits.AsSpan(0, digits.Length / 2 * 2)));
    }

    private static int OfXmp(string xml)
    {
        const string Name = "tiff:Orientation";
        for (var at = xml.IndexOf(Name, StringComparison.Ordinal); at >= 0; at = xml.IndexOf(Name, at + 1, StringComparison.Ordinal))
        {
            var value = xml.AsSpan(at + Name.Length);
            var skipped = value.StartsWith("=\"") ? 2 : value.StartsWith(">") ? 1 : 0;
            if (skipped > 0 && value.Length > skipped && char.IsAsciiDigit(value[skipped]))
                return value[skipped] - '0';
        }

        return 0;
    }

    /// <summary>The text of a chunk with this name, packed or not; null for another chunk.</summary>
    private static string? TextOf(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> body, string name)
    {
        var known = kind.SequenceEqual("tEXt"u8) ? 't' : kind.SequenceEqual("zTXt"u8) ? 'z' : kind.SequenceEqual("iTXt"u8) ? 'i' : ' ';
        if (known == ' ' || body.Length <= name.Length || body[name.Length] != 0 || !body.StartsWith(Encoding.ASCII.GetBytes(name)))
            return null;
        var text = body[(name.Length + 1)..];
        if (known == 't')
            return Encoding.Latin1.GetString(text);
        if (text.Length < 2)
            return null;
        if (known == 'z')
            return Unpacked(text[1..]); // after the method, of which there is one
        var packed = text[0] != 0;
        text = text[2..];
        for (var skipped = 0; skipped < 2; skipped++) // the language, the name in it
        {
            if (text.IndexOf((byte)0) is var end && end < 0)
                return null;
            text = text[(end + 1)..];
        }

        return packed ? Unpacked(text) : Encoding.UTF8.GetString(text);
    }

    private static string? Unpacked(ReadOnlySpan<byte> packed)
    {
        using var stream = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
        var text = new byte[MostText];
        try
        {
            return Encoding.UTF8.GetString(text, 0, stream.ReadAtLeast(text, MostText, throwOnEndOfStream: false));
        }
        catch (InvalidDataException)
        {
            return null; // no reason to refuse the picture
        }
    }
}
