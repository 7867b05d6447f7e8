using System.Numerics;
using System.Runtime.InteropServices;

namespace GanKit.Data;

/// <summary>A loss of information when a picture became a tensor or a file. Of equal notes, one is reported.</summary>
/// <param name="Name">The picture's name.</param>
/// <param name="What">The event.</param>
/// <param name="Advice">Advice.</param>
internal sealed record PictureNote(string Name, string What, string Advice)
{
    /// <summary>It breaks off, and was taken as far as it goes.</summary>
    internal bool IsTruncated => What == BreaksOff;

    private const string BreaksOff = "breaks off, and was taken as far as it goes";

    internal static PictureNote Truncated(string name) => new(name, BreaksOff, "What is missing is black or grey.");

    internal static PictureNote Animated(string name, int frames) =>
        new(name, "is an animation, of which the first frame was read", $"It has {frames}.");

    internal static PictureNote Deep(string name) => new(
        name, "has 16 bits a channel, of which the upper 8 were read", "The decoder of the package GanKit.ImageSharp reads all: decoder: new ImageSharpDecoder().");

    internal static PictureNote Transparent(string name) => new(
        name, "has transparent parts, which were laid on white",
        "Name a background, as in background: Color.Black, or keep the alpha with channels: 4.");

    /// <summary>Notes values that reach so far beyond the range that they must have another.</summary>
    internal static void WarnOfRange(string path, double least, double most, ValueRange range)
    {
        if (most > range.High + range.Width || least < range.Low - range.Width)
            new PictureNote(path, "was written with values far outside the range, which were clamped", FormattableString.Invariant(
                $"They go from {least:g4} to {most:g4}, where {range.Low:g4} is black and {range.High:g4} full brightness; for values of bytes write it with ValueRange.Bytes."))
                .WarnOncePerFolder();
    }

    /// <summary>Whether a pixel of red, green, blue and alpha is not wholly opaque.</summary>
    internal static bool HasAlpha<T>(ReadOnlySpan<T> rgba)
        where T : unmanaged, IMinMaxValue<T>, INumberBase<T>
    {
        var done = 0;
        if (typeof(T) == typeof(byte))
        {
            // Of a picture that is opaque after all every pixel is looked at, so several at once.
            var pixels = MemoryMarshal.Cast<T, uint>(rgba);
            for (; done <= pixels.Length - Vector<uint>.Count; done += Vector<uint>.Count)
                if (Vector.LessThanAny(new Vector<uint>(pixels[done..]) >>> 24, new Vector<uint>(byte.MaxValue)))
                    return true;
        }

        for (var i = 4 * done + 3; i < rgba.Length; i += 4)
            if (rgba[i] != T.MaxValue)
                return true;
        return false;
    }

    /// <summary>Warns of it, and of no other like it in its folder.</summary>
    internal void WarnOncePerFolder()
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(Name));
        Notices.Warn($"A picture in '{folder}' {What}", $"It is '{Name}'. {Advice}");
    }

    /// <summary>Warns of it, for a whole data set.</summary>
    /// <returns>The warning.</returns>
    internal string WarnForAll()
    {
        var (what, advice) = ($"The picture '{Name}' {What}", $"{Advice} Others of this data set for which that is so are not named.");
        Notices.Warn(what, advice);
        return $"{what}. {advice}";
    }
}
