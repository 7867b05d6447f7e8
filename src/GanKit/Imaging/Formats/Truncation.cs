using System.Buffers.Binary;

namespace GanKit.Data;

/// <summary>Files that are truncated, or have other content amid their pixels, and that Skia accepts all the same.</summary>
internal static class Truncation
{
    /// <summary>The fault of such a file, and advice.</summary>
    internal const string Words = "truncated; takeTruncated: true takes it as far as it goes";

    /// <summary>The file as a decoder should have it: itself, or as far as it goes with the end that it lacks.</summary>
    /// <param name="file">A file.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="context">Its settings decide whether truncated files are taken; it has the memory, and takes a note of them.</param>
    /// <exception cref="InvalidDataException">It breaks off and that is an error, or it is damaged.</exception>
    internal static ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> file, string name, RenderContext context)
    {
        if (JpegEnd.Recognizes(file))
        {
            var end = JpegEnd.Of(file);
            if (end.IsDamaged && !context.TakesTruncated)
                throw new InvalidDataException($"The image '{name}' (JPEG) is damaged: another file or a wrong marker begins at byte {end.Usable}, amid its pixels.");
            // Of others than progressive ones Skia knows whether all pixels are there, which do without the end.
            if (end.IsWhole || !end.IsProgressive && !context.TakesTruncated)
                return file;
            Note(name, "JPEG", context);
            var ended = context.Bytes(end.Usable + JpegEnd.Marker.Length).Span;
            file[..end.Usable].CopyTo(ended);
            JpegEnd.Marker.CopyTo(ended[end.Usable..]);
            return ended;
        }

        if (file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8)
            && BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L > file.Length)
            Note(name, "WebP", context);
        return file;
    }

    private static void Note(string name, string format, RenderContext context)
    {
        if (!context.TakesTruncated)
            throw new InvalidDataException($"The image '{name}' ({format}) is {Words}.");
        context.Note(PictureNote.Truncated(name));
    }
}
