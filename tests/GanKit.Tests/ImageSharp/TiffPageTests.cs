using GanKit.ImageSharp;
using GanKit.Tests.PyTorchParity;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Tiff.Constants;
using SixLabors.ImageSharp.PixelFormats;

namespace GanKit.Tests.Companion;

/// <summary>Strips that hold less than their rows, which ImageSharp takes for black, and pages after the first.</summary>
public sealed class TiffPageTests : IDisposable
{
    private const int Width = 27, Height = 7;

    private readonly TemporaryFolder _folder = new();

    // Packed by libtiff: the fixture's file, TIFF's number of the compression, and where its one strip is.
    private static readonly Dictionary<string, (int Number, Func<byte[]> Strip)> Compressions = new()
    {
        ["raw"] = (1, () => Strip("rgb_raw", 140, 189)),
        ["LZW"] = (5, () => Strip("rgb_tiff_lzw", 8, 214)),
        ["LZW of 126"] = (5, () => Strip("grey16_lzw", 8, 143)),
        ["Deflate"] = (8, () => Strip("rgb_tiff_adobe_deflate", 8, 162)),
        ["PackBits"] = (32773, () => Strip("rgb_packbits", 8, 195)),
    };

    public static TheoryData<string, bool> Cases { get; } = new MatrixTheoryData<string, bool>(Compressions.Keys, [true, false]);

    public void Dispose() => _folder.Dispose();

    /// <summary>Whether the file ends there, or the strip alone does and says so.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Decode_StripCutAnywhere_IsTruncatedUnlessEveryPixelIsThere(string compression, bool fileEnds)
    {
        var (number, make) = Compressions[compression];
        var strip = make();
        var width = compression == "LZW of 126" ? 18 : Width; // bytes in a row
        var whole = new ImageSharpDecoder().Decode(Tiff(number, strip, strip.Length, width));
        Assert.False(whole.IsTruncated);
        var pixels = whole.Pixels.Bytes.ToArray();
        var truncated = 0;
        for (var length = 0; length < strip.Length; length++)
        {
            var file = Tiff(number, strip[..length], fileEnds ? strip.Length : length, width);
            DecodedImage image;
            try
            {
                image = new ImageSharpDecoder().Decode(file);
            }
            catch (InvalidDataException error)
            {
                Assert.Contains("truncated", error.Message, StringComparison.Ordinal);
                continue;
            }

            truncated += image.IsTruncated ? 1 : 0;
            Assert.True(image.IsTruncated || image.Pixels.Bytes.Span.SequenceEqual(pixels), $"{length} of {strip.Length}");
        }

        Assert.InRange(truncated, 8, strip.Length); // of PackBits ImageSharp refuses most
    }

    [Fact]
    public void Read_CompressedStripCut_IsRefused_OrTakenAsFarAsItGoes()
    {
        using var scope = NewDisposeScope();
        var strip = Compressions["LZW"].Strip();
        File.WriteAllBytes(_folder.File("a.tif"), Tiff(5, strip[..150], 150));
        var error = Assert.Throws<InvalidDataException>(() => Images.Read(_folder.File("a.tif"), decoder: new ImageSharpDecoder()));
        Assert.Contains("a.tif' is truncated; takeTruncated: true takes it as far as it goes", error.Message, StringComparison.Ordinal);
        var image = Images.Read(_folder.File("a.tif"), channels: 1, takeTruncated: true, decoder: new ImageSharpDecoder());
        Assert.Equal(-1, image[0, 0, Height - 1].max().item<float>());
        Assert.True(image[0, 0, 2].max().item<float>() > 0);
    }

    /// <summary>The second page has a compression that there is not: it is counted, and not decoded.</summary>
    [Fact]
    public void Decode_OfSeveralPages_DecodesTheFirstAlone()
    {
        var strip = Compressions["raw"].Strip();
        var first = Tiff(1, strip, strip.Length);
        var second = Tiff(99, strip, strip.Length)[8..];
        var file = first.Concat(second).ToArray();
        const int Next = 8 + 2 + 12 * 10;
        BitConverter.GetBytes(first.Length).CopyTo(file, Next);
        var image = new ImageSharpDecoder().Decode(file);
        Assert.Equal((2, false), (image.Frames, image.IsTruncated));
        Assert.Equal(new ImageSharpDecoder().Decode(first).Pixels.Bytes.ToArray(), image.Pixels.Bytes.ToArray());

        BitConverter.GetBytes(8).CopyTo(file, Next); // the first names itself as the next
        Assert.Contains("circular", Assert.Throws<InvalidDataException>(() => new ImageSharpDecoder().Decode(file)).Message, StringComparison.Ordinal);
    }

    /// <summary>Noise fills the tables of LZW again and again, and is in several strips.</summary>
    [Fact]
    public void Decode_WhatImageSharpWrites_IsWhole()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var picture = randint(256, [3, 90, 101]).to(float32);
        using var image = picture.ToImage<Rgb24>(ValueRange.Bytes);
        TiffCompression[] compressions =
            [TiffCompression.None, TiffCompression.Lzw, TiffCompression.Deflate, TiffCompression.PackBits, TiffCompression.Jpeg];
        foreach (var compression in compressions)
        {
            var bytes = new MemoryStream();
            image.SaveAsTiff(bytes, new TiffEncoder { Compression = compression, BitsPerPixel = TiffBitsPerPixel.Bit24 });
            Assert.False(new ImageSharpDecoder().Decode(bytes.ToArray()).IsTruncated, compression.ToString());
        }
    }

    /// <summary>Each strip is looked at, in the bytes' order of either kind of processor.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void IsTruncated_OfSeveralStrips_IsOfEach(bool big)
    {
        const int Strips = 5, Rows = 2; // the last has one row
        for (var cut = -1; cut < Strips; cut++)
        {
            int[] counts = [.. Enumerable.Range(0, Strips).Select(strip => (strip < Strips - 1 ? Rows : Height % Rows) * Width - (strip == cut ? 1 : 0))];
            int[] offsets = [.. counts.Select((_, strip) => counts.Take(strip).Sum())];
            var file = Directory(
                big, at => [(256, [Width]), (257, [9]), (258, [8]), (259, [1]), (273, [.. offsets.Select(offset => offset + at)]), (278, [Rows]), (279, counts)],
                new byte[counts.Sum()]);
            Assert.Equal(cut >= 0, TiffPage.Of(file).IsTruncated(file));
        }
    }

    /// <summary>Three planes of their own depths: a strip is one plane's.</summary>
    [Fact]
    public void IsTruncated_OfPlanes_CountsEachPlanesBits()
    {
        for (var missing = 0; missing < 2; missing++)
        {
            int[] counts = [Width * Height, 2 * Width * Height - missing, (Width + 7) / 8 * Height];
            var file = Directory(
                big: false, at => [(256, [Width]), (257, [Height]), (258, [8, 16, 1]), (259, [1]), (273, [at, at + counts[0], at + counts[0] + counts[1]]),
                    (277, [3]), (278, [Height]), (279, counts), (284, [2])],
                new byte[counts.Sum()]);
            Assert.Equal(missing > 0, TiffPage.Of(file).IsTruncated(file));
        }
    }

    /// <summary>A thousand strips of the same bytes, which no encoder writes, are not unpacked each.</summary>
    [Fact]
    public void IsTruncated_OfStripsThatShareBytes_UnpacksNone()
    {
        const int Strips = 1000, Packed = 20_000;
        var file = Directory(
            big: false, at => [(256, [1000]), (257, [Strips]), (258, [8]), (259, [8]), (273, [.. Enumerable.Repeat(at, Strips)]), (278, [1]),
                (279, [.. Enumerable.Repeat(Packed, Strips)])],
            new byte[Packed]);
        var page = TiffPage.Of(file);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(page.IsTruncated(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10 * Packed);
    }

    /// <summary>Neither entries that repeat a tag nor a long list where a few numbers belong take memory each.</summary>
    [Fact]
    public void Of_EntriesThatShareBytes_ReadsOne()
    {
        const int Values = 10_000, Entries = 500;
        var file = Directory(
            big: false, at => [.. Enumerable.Range(0, Entries).Select(i => (i % 2 == 0 ? 273 : 258, new int[Values]))], [], shared: true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(1, TiffPage.Of(file).Pages);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * sizeof(long) * Values);
    }

    // A file of one directory, the entries' longer values after it (or one of them for all), and then the data, whose place the entries ask for.
    private static byte[] Directory(bool big, Func<int, (int Tag, int[] Values)[]> entries, byte[] data, bool shared = false)
    {
        var count = entries(0).Length;
        var (at, lists) = (8 + 2 + 12 * count + 4, entries(0).Where(entry => entry.Values.Length > 1).Select(entry => 4 * entry.Values.Length).ToArray());
        var start = at + (shared ? lists[0] : lists.Sum());
        var file = new byte[start + data.Length];
        data.CopyTo(file, start);
        (big ? "MM\0*"u8 : "II*\0"u8).CopyTo(file);
        Put(4, 8, 4);
        Put(8, count, 2);
        foreach (var (i, (tag, values)) in entries(start).Index())
        {
            var place = 10 + 12 * i;
            Put(place, tag, 2);
            Put(place + 2, 4, 2); // long
            Put(place + 4, values.Length, 4);
            Put(place + 8, values.Length > 1 ? at : values[0], 4);
            for (var j = 0; j < values.Length && values.Length > 1; j++)
                Put(at + 4 * j, values[j], 4);
            at += values.Length > 1 && !shared ? 4 * values.Length : 0;
        }

        return file;

        void Put(int place, int value, int bytes)
        {
            for (var i = 0; i < bytes; i++)
                file[place + i] = (byte)(value >> (8 * (big ? bytes - 1 - i : i)));
        }
    }

    private static byte[] Strip(string name, int at, int count)
    {
        using var scope = NewDisposeScope();
        return Fixture.Load("companion")[name + ".file"].bytes.ToArray()[at..(at + count)];
    }

    // A grey picture whose directory comes before its one strip.
    private static byte[] Tiff(int compression, byte[] strip, int claimed, int width = Width)
    {
        (ushort Tag, int Value)[] tags =
        [
            (256, width), (257, Height), (258, 8), (259, compression), (262, 1), (273, 8 + 2 + 12 * 10 + 4), (277, 1), (278, Height), (279, claimed), (317, 1),
        ];
        var file = new BinaryWriter(new MemoryStream());
        file.Write("II*\0\b\0\0\0"u8);
        file.Write((ushort)tags.Length);
        foreach (var (tag, value) in tags)
        {
            file.Write(tag);
            file.Write((ushort)(tag is 258 or 259 or 262 or 277 or 317 ? 3 : 4)); // short or long
            file.Write(1);
            file.Write(value);
        }

        file.Write(0);
        file.Write(strip);
        return ((MemoryStream)file.BaseStream).ToArray();
    }
}
