using GanKit.ImageSharp;
using GanKit.Tests.PyTorchParity;

namespace GanKit.Tests.Companion;

/// <summary>What Pillow reads of TIFF and of PNG with 16 bits: <c>Fixtures/companion.py</c>.</summary>
public sealed class ImageSharpDecoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Whole() => Cases("", ".pixels");

    public static TheoryData<string> Cut() => Cases("cut.", "");

    [Theory, MemberData(nameof(Whole))]
    public void Read_FileOfPillow_HasItsPixelsUpright(string name)
    {
        using var scope = NewDisposeScope();
        var fixture = Fixture.Load("companion");
        var expected = fixture[name + ".pixels"];
        var most = expected.dtype == ScalarType.Byte ? 255.0 : 65535;
        if (expected.dim() == 2)
            expected = expected.unsqueeze(2); // (H, W, C)
        File.WriteAllBytes(_folder.File("a.tif"), fixture[name + ".file"].bytes.ToArray());

        var image = Images.Read(_folder.File("a.tif"), (int)expected.shape[2], decoder: new ImageSharpDecoder())[0]; // (C, H, W)

        TensorAssert.Close(expected.permute(2, 0, 1).to(float64) / most * 2 - 1, image.to(float64), 1e-6);
    }

    /// <summary>A picture takes memory only where the file's bytes may hold it.</summary>
    [Fact]
    public void Read_MorePixelsThanTheBytesMayHold_IsRefused()
    {
        // Width, height, bits, deflate, black is zero, where the strip is, one sample, rows of the strip, its length.
        (ushort Tag, int Value)[] tags =
            [(256, 12_000), (257, 12_000), (258, 8), (259, 8), (262, 1), (273, 200), (277, 1), (278, 12_000), (279, 20)];
        var file = new BinaryWriter(new MemoryStream());
        file.Write("II*\0\b\0\0\0"u8);
        file.Write((ushort)tags.Length);
        foreach (var (tag, value) in tags)
        {
            file.Write(tag);
            file.Write((ushort)4); // long
            file.Write(1);
            file.Write(value);
        }

        file.Write(new byte[220 - (int)file.BaseStream.Length]);
        File.WriteAllBytes(_folder.File("claims.tif"), ((MemoryStream)file.BaseStream).ToArray());

        var error = Assert.Throws<InvalidDataException>(() => Images.Read(_folder.File("claims.tif"), decoder: new ImageSharpDecoder()));

        Assert.Contains("12000 x 12000", error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Pillow also reads some TIFF whose last tags are missing; nothing that it refuses is read.</summary>
    [Theory, MemberData(nameof(Cut))]
    public void Read_CutAnywhere_IsRefusedByName(string name)
    {
        using var scope = NewDisposeScope();
        var fixture = Fixture.Load("companion");
        var file = fixture[name + ".file"].bytes.ToArray();
        var changes = fixture["cut." + name].data<long>().ToArray();
        var path = _folder.File("cut.tif");
        for (var length = 1; length <= file.Length; length++)
        {
            File.WriteAllBytes(path, file[..length]);
            var error = Record.Exception(() => Images.Read(path, decoder: new ImageSharpDecoder()));
            var pillowReads = changes.Count(change => change <= length) % 2 == 1;
            if (!pillowReads || error is not null)
                Assert.Contains("cut.tif'", Assert.IsType<InvalidDataException>(error).Message);
            if (length == file.Length)
                Assert.Null(error);
        }
    }

    [Fact]
    public void Read_TruncatedAndTaken_IsBlackWhereItEnds()
    {
        using var scope = NewDisposeScope();
        var file = Fixture.Load("companion")["rgb_raw.file"].bytes.ToArray();
        File.WriteAllBytes(_folder.File("a.tif"), file[..^60]);
        Assert.Contains(
            "takeTruncated", Assert.Throws<InvalidDataException>(() => Images.Read(_folder.File("a.tif"), decoder: new ImageSharpDecoder())).Message);
        var image = Images.Read(_folder.File("a.tif"), takeTruncated: true, decoder: new ImageSharpDecoder());
        Assert.True(image[0, 0, 3, 8].item<float>() > 0);
        Assert.Equal(-1, image[0, 0, 6, 8].item<float>());
    }

    [Fact]
    public void Read_TiffWithoutTheDecoder_NamesThePackage()
    {
        File.WriteAllBytes(_folder.File("a.tif"), Fixture.Load("companion")["grey.file"].bytes.ToArray());
        var error = Assert.Throws<InvalidDataException>(() => Images.Read(_folder.File("a.tif"))).Message;
        Assert.Contains("is TIFF", error);
        Assert.Contains("GanKit.ImageSharp", error);
        var nothing = Assert.Throws<InvalidDataException>(() => ImageFolder.Load(_folder.Path)).Message;
        Assert.Contains("GanKit.ImageSharp", nothing);
    }

    [Fact]
    public void Load_FolderWithADecoder_ListsAndReadsItsFormatsBesideOthers()
    {
        using var scope = NewDisposeScope();
        File.WriteAllBytes(_folder.File("a.tif"), Fixture.Load("companion")["rgb_raw.file"].bytes.ToArray());
        File.WriteAllBytes(_folder.File("c.avif"), [1]);
        Images.Write(_folder.File("b.png"), ones(3, 7, 9));

        var set = ImageFolder.Load(_folder.Path, decoder: new ImageSharpDecoder());

        Assert.Equal([_folder.File("c.avif")], set.LeftOut);
        using var batches = set.Batches(2, shuffle: false).GetEnumerator();
        Assert.True(batches.MoveNext());
        var batch = batches.Current.Real;
        Assert.Equal([2, 3, 7, 9], batch.shape);
        Assert.Equal(1, batch[1].min().item<float>());
        Assert.Equal([_folder.File("a.tif"), _folder.File("c.avif")], ImageFolder.Load(_folder.Path).LeftOut.Order());
        Assert.Equal(1, ImagePairs.SideBySide(_folder.Path).Count);
        Assert.Equal(2, ImagePairs.SideBySide(_folder.Path, decoder: new ImageSharpDecoder()).Count);
        Assert.Equal(2, ImagePairs.Colorization(_folder.Path, decoder: new ImageSharpDecoder()).Count);
    }

    [Fact]
    public void Decode_ChangedBytes_IsReadOrRefused()
    {
        var fixture = Fixture.Load("companion");
        var random = new Random(1);
        foreach (var name in new[] { "rgb_raw", "rgb_tiff_lzw", "rgb_packbits", "grey16", "png_grey16" })
        {
            var file = fixture[name + ".file"].bytes.ToArray();
            for (var i = 0; i < 200; i++)
            {
                var changed = (byte[])file.Clone();
                changed[random.Next(8, file.Length)] = (byte)random.Next(256);
                var error = Record.Exception(() => new ImageSharpDecoder().Decode(changed));
                Assert.True(error is null or InvalidDataException, $"{name}: {error}");
            }
        }
    }

    private static TheoryData<string> Cases(string prefix, string suffix)
    {
        using var scope = NewDisposeScope();
        return [.. Fixture.Load("companion").Keys.Where(key => key.StartsWith(prefix) && key.EndsWith(suffix) && (prefix != "" || !key.StartsWith("cut.")))
            .Select(key => key[prefix.Length..^suffix.Length])];
    }
}
