using System.Runtime.InteropServices;
using CsCheck;
using GanKit.ImageSharp;

namespace GanKit.Tests.Companion;

public class DeepPngTests
{
    private static (int Width, int Height, ushort[] Rgba) Decode(byte[] file)
    {
        var image = new ImageSharpDecoder().Decode(file);
        Assert.Equal((false, 16, 4), (image.IsTruncated, image.Pixels.Bits, image.Pixels.Channels));
        return (image.Pixels.Width, image.Pixels.Height, MemoryMarshal.Cast<byte, ushort>(image.Pixels.Bytes.Span).ToArray());
    }

    private static Tensor Open(byte[] file, string name, int channels)
    {
        return ImageDecoder.Open(file, name, channels, null, new ImageSharpDecoder(), new()).ToTensor();
    }

    private static string Refusal(byte[] file) =>
        Assert.Throws<InvalidDataException>(() => Open(file, "cut.png", 3)).Message;

    private static ushort[] Noise(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (ushort)random.Next(65536))];
    }

    [Fact]
    public void Decode_AnySizeTypeFilterAndInterlacing_GivesEveryBitBack() =>
        Gen.Select(
            Gen.Int[1, 19], Gen.Int[1, 19],
            Gen.OneOf(Gen.Const(Png16.Grey), Gen.Const(Png16.Rgb), Gen.Const(Png16.GreyAlpha), Gen.Const(Png16.Rgba)),
            Gen.Bool, Gen.Int[0, 99])
            .Sample((width, height, type, interlaced, seed) =>
            {
                var channels = Png16.Channels(type);
                var values = Noise(width * height * channels, seed);
                var (w, h, rgba) = Decode(Png16.Write(width, height, type, values, row => (row + seed) % 5, interlaced));
                Assert.Equal((width, height), (w, h));
                for (var i = 0; i < width * height; i++)
                {
                    var v = values.AsSpan(i * channels, channels);
                    ushort[] want = channels switch
                    {
                        1 => [v[0], v[0], v[0], 65535],
                        2 => [v[0], v[0], v[0], v[1]],
                        3 => [v[0], v[1], v[2], 65535],
                        _ => [v[0], v[1], v[2], v[3]]
                    };
                    Assert.Equal(want, rgba[(4 * i)..(4 * i + 4)]);
                }
            }, iter: 200, threads: 1);

    [Fact]
    public void Decode_SixteenBitGrey_ReachesTheTensorUnrounded()
    {
        using var scope = NewDisposeScope();
        ushort[] values = [0, 1, 255, 256, 257, 32767, 32768, 65534, 65535];
        var image = Open(Png16.Write(9, 1, Png16.Grey, values), "p.png", channels: 1);
        Assert.Equal(values.Select(v => v * (2 / 65535f) - 1), image.data<float>().ToArray());
        Assert.Equal(values, image.data<float>().Select(x => (ushort)Math.Round((x + 1) / 2 * 65535)));
    }

    [Fact]
    public void Decode_TransparentColour_HasNoAlpha()
    {
        var (_, _, grey) = Decode(Png16.Write(3, 1, Png16.Grey, [1000, 1001, 1000], transparent: [1000]));
        Assert.Equal([0, 65535, 0], new[] { grey[3], grey[7], grey[11] }.Select(a => (int)a));
        var (_, _, rgb) = Decode(Png16.Write(2, 1, Png16.Rgb, [1, 2, 3, 1, 2, 4], transparent: [1, 2, 3]));
        Assert.Equal((0, 65535), (rgb[3], rgb[7]));
    }

    [Fact]
    public void Decode_CutAnywhere_SaysTruncated()
    {
        var file = Png16.Write(8, 8, Png16.Rgb, Noise(192));
        // The last of the pixels are followed by a checksum of 4 bytes each of zlib, of the chunk, and by a last chunk of 12.
        for (var length = 33; length < file.Length - 20; length += 13)
        {
            var message = Refusal(file[..length]);
            Assert.Contains("'cut.png'", message);
            Assert.Contains("truncated", message);
        }
    }

    [Fact]
    public void Decode_WithoutItsEnd_HasAllPixels()
    {
        var file = Png16.Write(8, 8, Png16.Rgb, Noise(192));
        var whole = Decode(file).Rgba;
        for (var length = file.Length - 20; length < file.Length; length++)
            Assert.Equal(whole, Decode(file[..length]).Rgba);
    }

    [Theory, InlineData(1), InlineData(3), InlineData(4)]
    public void Write_SixteenBits_GivesEveryLevelBack(int channels)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var levels = Noise(channels * 65, seed: channels);
        (levels[0], levels[1]) = (0, 65535);
        var image = tensor(levels.Select(level => level / 65535.0 * 2 - 1).ToArray()).reshape(channels, 5, 13);

        Images.Write(folder.File("deep.png"), image, encoder: ImageSharpEncoder.Png16);

        var read = Images.Read(folder.File("deep.png"), channels, decoder: new ImageSharpDecoder())[0];
        Assert.Equal(levels, read.data<float>().Select(value => (ushort)Math.Round((value + 1) / 2 * 65535)));
        Images.Write(folder.File("again.png"), read, encoder: ImageSharpEncoder.Png16);
        Assert.Equal(File.ReadAllBytes(folder.File("deep.png")), File.ReadAllBytes(folder.File("again.png")));
    }

    [Theory, InlineData("a.jpg"), InlineData("a.webp"), InlineData("a.tif"), InlineData("a")]
    public void Write_SixteenBitsOfAnotherFormat_SaysThatOnlyPngHasThem(string name)
    {
        using var image = zeros(3, 4, 4);
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<ArgumentException>(() => Images.Write(folder.File(name), image, encoder: ImageSharpEncoder.Png16));
        Assert.Contains("must end in one of .png", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>("bits", () => PixelBuffer.FromTensor(image, bits: 10));
        Assert.Empty(folder.FileNames());
    }

    [Fact]
    public void Decode_ChangedByte_SaysDamaged()
    {
        var file = Png16.Write(8, 8, Png16.Rgb, Noise(192));
        file[^30] ^= 1;
        Assert.Contains("checksum", Refusal(file));
    }

    [Fact]
    public void Decode_FewerRowsThanTheHeaderSays_SaysTruncated()
    {
        // The data of four rows under the header of eight.
        var (four, eight) = (Png16.Write(8, 4, Png16.Grey, Noise(32)), Png16.Write(8, 8, Png16.Grey, Noise(64)));
        byte[] file = [.. eight[..33], .. four[33..]];
        Assert.Contains("truncated", Refusal(file));
    }

    [Fact]
    public void Decode_HeaderBeyondWhatItsDataCanUnpackTo_SaysTruncatedWithoutTheMemory()
    {
        // 800 MB of pixels under the data of one.
        byte[] file = [.. Png16.WriteHeaderOnly(10_000, 10_000)[..33], .. Png16.Write(1, 1, Png16.Grey, [5])[33..]];
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.Contains("truncated", Refusal(file));
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 10_000_000);
    }

    [Fact]
    public void Decode_AbsurdSize_SaysDamaged()
    {
        var file = Png16.WriteHeaderOnly(1 << 30, 1 << 30);
        Assert.Contains("not allowed", Refusal(file));
    }

    [Fact]
    public void Recognizes_OnlySixteenBits()
    {
        var file = Png16.Write(1, 1, Png16.Grey, [5]);
        Assert.True(new ImageSharpDecoder().CanDecode(file));
        file[24] = 8;
        Assert.False(new ImageSharpDecoder().CanDecode(file));
        Assert.False(new ImageSharpDecoder().CanDecode(file.AsSpan(0, 24)));
    }
}
