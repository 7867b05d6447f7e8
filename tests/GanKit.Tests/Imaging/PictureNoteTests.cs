using System.Drawing;
using GanKit.ImageSharp;

namespace GanKit.Tests.Imaging;

/// <summary>What is lost is told, once for each folder or data set.</summary>
public sealed class PictureNoteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private bool HasSaid(string what) => Notices.HasWarned($"A picture in '{_folder.Path}' {what}");

    private string WriteRgba(string name, float alpha)
    {
        using var scope = NewDisposeScope();
        var image = zeros(4, 5, 9);
        image[3] = 1;
        image[3, 4, 8] = alpha; // the last pixel alone
        Images.Write(_folder.File(name), image);
        return _folder.File(name);
    }

    [Theory, InlineData(1, false), InlineData(3, false), InlineData(3, true)]
    public void Read_TransparentPixel_IsTold(int channels, bool deep)
    {
        using var scope = NewDisposeScope();
        var image = ones(4, 3, 3);
        image[3, 1, 1] = 0.5f;
        Images.Write(_folder.File("sprite.png"), image, encoder: deep ? ImageSharpEncoder.Png16 : null);
        Images.Read(_folder.File("sprite.png"), channels, decoder: new ImageSharpDecoder());
        Assert.True(HasSaid("has transparent parts, which were laid on white"));
    }

    [Fact]
    public void Read_SixteenBitsWithoutADecoderForThem_GivesTheUpperEightAndIsTold()
    {
        using var scope = NewDisposeScope();
        const string What = "has 16 bits a channel, of which the upper 8 were read";
        var image = tensor(new[] { 0x00FF, 0x1234, 0xFFFF }).reshape(1, 1, 3).to(float32) / 32767.5 - 1;
        Images.Write(_folder.File("deep.png"), image, encoder: ImageSharpEncoder.Png16);
        Images.Read(_folder.File("deep.png"), 1, decoder: new ImageSharpDecoder());
        Assert.False(HasSaid(What));
        Assert.Equal([0, 0x12, 0xFF], ((Images.Read(_folder.File("deep.png"), 1) + 1) * 127.5).round().to(int32).data<int>().ToArray());
        Assert.True(HasSaid(What));
    }

    [Fact]
    public void Read_OpaqueOrAlphaKeptOrBackgroundChosen_SaysNothing()
    {
        using var scope = NewDisposeScope();
        Images.Read(WriteRgba("opaque.png", 1));
        Images.Read(WriteRgba("sprite.png", 0), channels: 4);
        Images.Read(WriteRgba("sprite.png", 0), background: Color.White);
        Assert.False(HasSaid("has transparent parts"));
        Images.Read(WriteRgba("sprite.png", 0));
        Assert.True(HasSaid("has transparent parts"));
    }

    [Theory, InlineData("gif"), InlineData("webp"), InlineData("png")]
    public void Read_Animation_IsTold(string kind)
    {
        using var scope = NewDisposeScope();
        File.WriteAllBytes(_folder.File("a." + kind), Animation(kind));
        Assert.Equal([1, 3, 4, 4], Images.Read(_folder.File("a." + kind)).shape);
        Assert.True(HasSaid("is an animation, of which the first frame was read"));
    }

    [Fact]
    public void Read_PictureOfOneFrame_SaysNothing()
    {
        using var scope = NewDisposeScope();
        var gif = new AnimatedGif(_folder.File("a.gif"));
        gif.Add(zeros(3, 4, 4));
        foreach (var kind in new[] { "png", "webp", "jpg" })
        {
            Images.Write(_folder.File("a." + kind), zeros(3, 4, 4));
            Images.Read(_folder.File("a." + kind));
        }

        Images.Read(gif.FilePath);
        Assert.False(HasSaid("is an animation"));
    }

    [Fact]
    public void Write_ValuesOfBytes_AreToldOnceInAnyWay()
    {
        using var scope = NewDisposeScope();
        const string What = "was written with values far outside the range, which were clamped";
        Images.Write(_folder.File("a.png"), rand(3, 4, 4) * 3 - 1.5); // a generator without tanh overshoots
        Images.Write(_folder.File("a.png"), rand(3, 4, 4) * 255, ValueRange.Bytes);
        Assert.False(HasSaid(What));
        Images.WriteGrid(_folder.File("a.png"), rand(2, 3, 4, 4) * 255);
        Assert.True(HasSaid(What));

        Directory.CreateDirectory(_folder.File("gif"));
        new AnimatedGif(_folder.File("gif/a.gif")).Add(rand(3, 4, 4) * 255);
        Assert.True(Notices.HasWarned($"A picture in '{_folder.File("gif")}' {What}"));
    }

    private byte[] Animation(string kind)
    {
        using var scope = NewDisposeScope();
        if (kind == "gif")
        {
            var gif = new AnimatedGif(_folder.File("made.gif"));
            gif.Add(zeros(3, 4, 4));
            gif.Add(ones(3, 4, 4));
            return File.ReadAllBytes(gif.FilePath);
        }

        if (kind == "png")
        {
            Images.Write(_folder.File("made.png"), zeros(3, 4, 4));
            var still = File.ReadAllBytes(_folder.File("made.png"));
            using var file = new MemoryStream();
            file.Write(still, 0, 33);
            byte[] chunk = [.. "acTL"u8, 0, 0, 0, 2, 0, 0, 0, 0];
            file.Write([0, 0, 0, 8, .. chunk, .. System.IO.Hashing.Crc32.Hash(chunk).Reverse()]);
            file.Write(still, 33, still.Length - 33);
            return file.ToArray();
        }

        Images.Write(_folder.File("made.webp"), zeros(3, 4, 4));
        var image = File.ReadAllBytes(_folder.File("made.webp"))[12..]; // one chunk
        byte[] size = [3, 0, 0, 3, 0, 0];
        byte[] frame = [0, 0, 0, 0, 0, 0, .. size, 50, 0, 0, 0, .. image];
        byte[] body =
        [
            .. "WEBP"u8, .. Chunk("VP8X"u8, [2, 0, 0, 0, .. size]), .. Chunk("ANIM"u8, [0, 0, 0, 0, 0, 0]),
            .. Chunk("ANMF"u8, frame), .. Chunk("ANMF"u8, frame),
        ];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(body.Length), .. body];

        static byte[] Chunk(ReadOnlySpan<byte> name, byte[] body) =>
            [.. name, .. BitConverter.GetBytes(body.Length), .. body, .. new byte[body.Length % 2]];
    }
}
