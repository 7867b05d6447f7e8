using System.Buffers.Binary;

namespace GanKit.Data;

/// <summary>
/// How a JPEG file ends. Skia accepts a progressive file that is truncated after its first scans, and any file that has other content amid
/// its pixels.
/// </summary>
/// <remarks>
/// The rules are libjpeg's, and so Pillow's: segments are passed over by their lengths, scans up to the next marker, and the marker
/// that ends the image must come. So one within an embedded thumbnail or within a header does not count, and one that was appended
/// does. ITU-T T.81, annex B.
/// </remarks>
/// <param name="IsProgressive">Whether its scans refine each other, so that none may be missing.</param>
/// <param name="IsWhole">Whether the end was found.</param>
/// <param name="IsDamaged">Whether a marker was found where none may be.</param>
/// <param name="Usable">How many bytes are worth decoding: up to a segment that breaks off.</param>
internal readonly record struct JpegEnd(bool IsProgressive, bool IsWhole, bool IsDamaged, int Usable)
{
    private const byte
        Temporary = 0x01, Frame0 = 0xC0, HuffmanTables = 0xC4, Extension = 0xC8, ArithmeticTables = 0xCC, Frame15 = 0xCF,
        Progressive = 0xC2, ArithmeticProgressive = 0xCA, Restart0 = 0xD0, Restart7 = 0xD7, StartOfImage = 0xD8, EndOfImage = 0xD9,
        StartOfScan = 0xDA, RestartInterval = 0xDD;

    /// <summary>The bytes that complete a file without an end.</summary>
    internal static ReadOnlySpan<byte> Marker => [0xFF, EndOfImage];

    internal static bool Recognizes(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]);

    /// <summary>Looks for the end of a JPEG file.</summary>
    internal static JpegEnd Of(ReadOnlySpan<byte> file)
    {
        bool progressive = false, frame = false, scan = false, restarts = false;
        for (var at = 2; ;)
        {
            if (file[at..].IndexOf((byte)0xFF) is var next && next < 0)
                return new(progressive, false, false, file.Length);
            var segment = at + next;
            if (file[segment..].IndexOfAnyExcept((byte)0xFF) is var fill && fill < 0)
                return new(progressive, false, false, segment);
            at = segment + fill + 1;
            var marker = file[at - 1];
            if (marker == EndOfImage)
                return new(progressive, true, false, at);
            // Where restarts are due, libjpeg looks for the next one, and so passes over what is no marker.
            if (marker is 0 or Temporary or (>= Restart0 and <= Restart7) || scan && restarts && marker < Frame0)
                continue;
            var anotherFrame = marker is >= Frame0 and <= Frame15 and not (HuffmanTables or Extension or ArithmeticTables);
            if (marker is < Frame0 or StartOfImage || anotherFrame && frame)
                return new(progressive, false, true, segment);
            if (file.Length - at < 2 || BinaryPrimitives.ReadUInt16BigEndian(file[at..]) is var length && length > file.Length - at)
                return new(progressive, false, false, segment);
            if (marker == RestartInterval && length == 4)
                restarts = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]) > 0;
            progressive |= marker is Progressive or ArithmeticProgressive;
            frame |= anotherFrame;
            scan = marker == StartOfScan;
            at += Math.Max((int)length, 2);
        }
    }
}
