using System.Text;

namespace GanKit.Data;

/// <summary>Which files are pictures, by their endings, and what a file is, by its first bytes.</summary>
internal static class PictureFormat
{
    /// <summary>The endings of JPEG files, in lower case.</summary>
    internal static readonly string[] Jpeg = [".jpg", ".jpeg", ".jpe", ".jfif", ".jfi", ".jif"];

    /// <summary>The endings of files that are read, in lower case.</summary>
    internal static readonly string[] Extensions = [".png", .. Jpeg, ".bmp", ".gif", ".webp", ".apng", ".dib"];

    /// <summary>The endings of pictures that others read, in lower case.</summary>
    private static readonly HashSet<string> Elsewhere =
    [
        ".tif", ".tiff", ".avif", ".avifs", ".heic", ".heif", ".heics", ".heifs", ".hif", ".jxl",
        ".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx", ".jpm", ".jxr", ".hdp", ".wdp", ".jls", ".mpo",
        ".ppm", ".pgm", ".pbm", ".pnm", ".pam", ".pfm", ".tga", ".icb", ".vda", ".vst", ".psd", ".psb", ".xcf", ".kra", ".ora",
        ".svg", ".svgz", ".eps", ".ai", ".wmf", ".emf", ".ico", ".cur", ".icns", ".wbmp", ".xbm", ".xpm", ".pcx", ".dcx",
        ".sgi", ".rgb", ".rgba", ".bw", ".ras", ".sun", ".qoi", ".flif", ".bpg", ".exr", ".hdr", ".dds", ".ktx", ".ktx2",
        ".fits", ".fit", ".fts", ".dcm", ".dicom",
        ".dng", ".cr2", ".cr3", ".crw", ".nef", ".nrw", ".arw", ".sr2", ".raf", ".orf", ".rw2", ".pef", ".srw", ".3fr", ".iiq",
    ];

    /// <summary>The first bytes of known kinds of files, after a number of arbitrary bytes.</summary>
    private static readonly (int At, byte[] Bytes, string Name)[] Signatures =
    [
        (0, [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n'], "PNG"), (0, [0xFF, 0xD8, 0xFF], "JPEG"), (0, [.. "GIF8"u8], "GIF"),
        (8, [.. "WEBP"u8], "WebP"), (0, [.. "BM"u8], "BMP"),
        (0, [.. "II*\0"u8], "TIFF"), (0, [.. "MM\0*"u8], "TIFF"), (0, [.. "II+\0"u8], "TIFF"), (0, [.. "MM\0+"u8], "TIFF"),
        (4, [.. "ftypavif"u8], "AVIF"), (4, [.. "ftypavis"u8], "AVIF"), (4, [.. "ftyphei"u8], "HEIC"), (4, [.. "ftyphev"u8], "HEIC"),
        (4, [.. "ftypmif1"u8], "HEIF"), (4, [.. "ftypmsf1"u8], "HEIF"), (4, [.. "ftypcrx"u8], "a raw photo (CR3)"),
        (4, [.. "ftyp"u8], "a video (MP4 or QuickTime)"),
        (0, [0xFF, 0x0A], "JPEG XL"), (4, [.. "JXL \r\n"u8, 0x87, (byte)'\n'], "JPEG XL"),
        (4, [.. "jP  \r\n"u8, 0x87, (byte)'\n'], "JPEG 2000"), (0, [0xFF, 0x4F, 0xFF, 0x51], "JPEG 2000"),
        (0, [.. "II"u8, 0xBC, 1], "JPEG XR"), (0, [.. "8BPS"u8], "a Photoshop file (PSD)"), (0, [.. "gimp xcf"u8], "a GIMP file (XCF)"),
        // A cursor has a number where these have zeros.
        (0, [0, 0, 2, 0, 0, 0], "TGA"), (0, [0, 0, 10, 0, 0, 0], "TGA"),
        (0, [0, 0, 1, 0], "an icon (ICO)"), (0, [0, 0, 2, 0], "a cursor (CUR)"), (0, [.. "icns"u8], "an icon (ICNS)"),
        (0, [0x76, 0x2F, 0x31, 1], "OpenEXR"), (0, [.. "#?RADIANCE"u8], "Radiance HDR"), (0, [.. "DDS "u8], "DDS"),
        (0, [.. "qoif"u8], "QOI"), (0, [.. "FLIF"u8], "FLIF"), (0, [.. "BPG"u8, 0xFB], "BPG"), (0, [0x59, 0xA6, 0x6A, 0x95], "Sun raster"),
        (0, [1, 0xDA], "SGI"), (0, [.. "SIMPLE  ="u8], "FITS"), (128, [.. "DICM"u8], "DICOM"), (0, [.. "FUJIFILMCCD-RAW"u8], "a raw photo (RAF)"),
        (0, [.. "%PDF"u8], "a PDF document"), (0, [.. "%!PS"u8], "PostScript"), (8, [.. "AVI "u8], "a video (AVI)"),
        (0, [0x1A, 0x45, 0xDF, 0xA3], "a video (Matroska or WebM)"), (0, [0x1F, 0x8B], "compressed with gzip"),
        (0, [.. "PK"u8, 3, 4], "a zip archive"), (0, [.. "7z"u8, 0xBC, 0xAF], "a 7-Zip archive"), (0, [.. "Rar!"u8], "a RAR archive"),
        (0, [0xFD, .. "7zXZ"u8], "compressed with xz"), (0, [0x93, .. "NUMPY"u8], "a NumPy array"),
        (0, [.. "version https://git-lfs"u8], "a Git LFS pointer, whose content was not fetched"),
    ];

    /// <summary>Which package has what this one lacks of a format, by the ending of its files; null where none does.</summary>
    internal static string? Companion(string extension) =>
        extension.ToLowerInvariant() is ".tif" or ".tiff" or ".gif" ? "the package GanKit.ImageSharp" : null;

    /// <summary>Whether a file's name ends as those that are read.</summary>
    /// <param name="file">The name.</param>
    /// <param name="decoder">Reads more formats than the library; none by default.</param>
    internal static bool IsRead(string file, IImageDecoder? decoder = null) =>
        Extensions.Contains(Ending(file)) || decoder is not null && decoder.Extensions.Contains(Ending(file));

    /// <summary>Whether a file's name ends as pictures do that are not read here.</summary>
    internal static bool IsElsewhere(string file) => Elsewhere.Contains(Ending(file));

    /// <summary>The kind of a file by its first bytes, such as PNG or a PDF document; null where it is unknown.</summary>
    internal static string? NameOf(ReadOnlySpan<byte> file)
    {
        foreach (var (at, bytes, name) in Signatures)
            if (file.Length > at && file[at..].StartsWith(bytes))
                // The brands that follow a general one tell more.
                return name == "HEIF" && file[..Math.Min(file.Length, 64)].IndexOf("avif"u8) > 0 ? "AVIF" : name;
        if (file.Length > 2 && file[0] == 'P' && file[1] is >= (byte)'1' and <= (byte)'7' && char.IsWhiteSpace((char)file[2]))
            return "a portable anymap (PBM, PGM, PPM, PAM)";
        if (file.Length > 2 && file[0] == 'P' && file[1] is (byte)'F' or (byte)'f' && file[2] == '\n')
            return "a portable float map (PFM)";
        if (file.Length > 26 && file.EndsWith("TRUEVISION-XFILE.\0"u8))
            return "TGA";
        if (!file.ContainsAnyExcept((byte)0))
            return "made of zeros alone, as a download that failed leaves it";
        return MarkupOf(Encoding.Latin1.GetString(file[..Math.Min(file.Length, 1024)]).TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\r', '\n', '\t'));
    }

    private static string Ending(string file) => Path.GetExtension(file).ToLowerInvariant();

    private static string? MarkupOf(string text)
    {
        bool Has(string words) => text.Contains(words, StringComparison.OrdinalIgnoreCase);
        if (!text.StartsWith('<'))
            return null;
        return Has("<svg") ? "SVG" : Has("<html") || Has("<!doctype html") ? "an HTML page" : Has("<?xml") ? "XML" : null;
    }
}
