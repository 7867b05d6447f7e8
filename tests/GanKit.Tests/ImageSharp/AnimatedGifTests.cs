using CsCheck;
using GanKit.ImageSharp;

namespace GanKit.Tests.Companion;

public sealed class AnimatedGifTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Add_GreyFrames_AreExact()
    {
        var path = _folder.File("new", "grey.gif");
        var gif = new AnimatedGif(path);
        using var ramp = arange(256, dtype: ScalarType.Float32).view(1, 16, 16);
        using var noise = randint(0, 256, [1, 1, 16, 16]).to(ScalarType.Float32);

        gif.Add(ramp, ValueRange.Bytes);
        gif.Add(noise, ValueRange.Bytes);

        var animation = GifFrames.Read(path);
        Assert.Equal((16, 16, 2), (animation.Width, animation.Height, animation.Frames.Count));
        Assert.Equal(Bytes(ramp), Reds(animation.Frames[0]));
        Assert.Equal(Bytes(noise), Reds(animation.Frames[1]));
    }

    [Fact]
    public void Add_NoiseThatFillsTheCodeTable_IsExact()
    {
        var path = _folder.File("noise.gif");
        // 40,000 pixels of noise fill the 4,096 codes about ten times; the flat frame makes the longest strings.
        using var noise = randint(0, 256, [1, 200, 200]).to(ScalarType.Float32);
        using var flat = zeros(1, 200, 200);
        var gif = new AnimatedGif(path);

        gif.Add(noise, ValueRange.Bytes);
        gif.Add(flat, ValueRange.Bytes);
        gif.Add(noise, ValueRange.Bytes);

        var animation = GifFrames.Read(path);
        Assert.Equal(Bytes(noise), Reds(animation.Frames[0]));
        Assert.All(Reds(animation.Frames[1]), value => Assert.Equal(0, value));
        Assert.Equal(Bytes(noise), Reds(animation.Frames[2]));
    }

    [Fact]
    public void Add_AnySizeAndFewColours_IsExact()
    {
        var path = _folder.File("few.gif");
        Gen.Select(Gen.Int[1, 90], Gen.Int[1, 90], Gen.Int[1, 256], Gen.Int).Sample(
            (width, height, colours, seed) =>
            {
                var random = new Random(seed);
                var table = Enumerable.Range(0, colours).Select(_ => random.Next(1 << 24)).ToArray();
                var pixels = Enumerable.Range(0, width * height).Select(_ => table[random.Next(colours)]).ToArray();
                using var frame = tensor(
                    new[] { 16, 8, 0 }.SelectMany(shift => pixels.Select(pixel => (float)(pixel >> shift & 255))).ToArray(),
                    [3, height, width]);

                new AnimatedGif(path).Add(frame, ValueRange.Bytes);

                var rgba = GifFrames.Read(path).Frames.Single().Rgba;
                return rgba.Chunk(4).Select(p => p[0] << 16 | p[1] << 8 | p[2]).SequenceEqual(pixels);
            },
            iter: 150,
            threads: 1);
    }

    [Fact]
    public void Add_ManyColours_StaysWithinThePalettesError()
    {
        var path = _folder.File("many.gif");
        // Every colour of a 32 x 32 x 32 cube, half-shifted: 32,768 colours in 256 entries.
        using var axis = linspace(-1, 1, 32);
        using var frame = stack(
        [
            axis.view(32, 1, 1).expand(32, 32, 32).reshape(128, 256),
            axis.view(1, 32, 1).expand(32, 32, 32).reshape(128, 256),
            axis.view(1, 1, 32).expand(32, 32, 32).reshape(128, 256),
        ]);

        new AnimatedGif(path).Add(frame);

        var expected = ((frame + 1) * 127.5 + 0.5).to(ScalarType.Byte).permute(1, 2, 0).contiguous().bytes.ToArray();
        var actual = GifFrames.Read(path).Frames.Single().Rgba;
        var squared = 0.0;
        for (var pixel = 0; pixel < 128 * 256; pixel++)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                var error = expected[pixel * 3 + channel] - actual[pixel * 4 + channel];
                Assert.InRange(error, -64, 64);
                squared += error * error;
            }
        }

        // 256 entries cut the cube to cells of about 40 levels a side: 40 / sqrt(12) = 11.6 levels of error.
        Assert.InRange(Math.Sqrt(squared / (128 * 256 * 3)), 1, 13.5);
    }

    [Fact]
    public void Add_RareColourOnALargeArea_IsKept()
    {
        var path = _folder.File("rare.gif");
        using var frame = full([3, 600, 600], 1f);
        frame.narrow(1, 0, 30).copy_(rand(3, 30, 600) * 2 - 1);

        new AnimatedGif(path).Add(frame);

        // A mean in single precision would be off by now: 340,000 times 255.
        Assert.Equal(new byte[] { 255, 255, 255, 255 }, GifFrames.Read(path).Frames.Single().Rgba[^4..]);
    }

    [Fact]
    public void Add_EachFrame_LeavesACompleteFileThatHoldsTheLast()
    {
        var path = _folder.File("delays.gif");
        File.WriteAllText(path, "an older and much longer file " + new string('x', 100_000));
        var gif = new AnimatedGif(path, TimeSpan.FromMilliseconds(120), TimeSpan.FromSeconds(3));

        for (var frames = 1; frames <= 3; frames++)
        {
            using var frame = full([3, 5, 7], frames / 3f);
            gif.Add(frame);

            var animation = GifFrames.Read(path);
            Assert.Equal([.. Enumerable.Repeat(120, frames - 1), 3000], animation.Frames.Select(read => read.Milliseconds));
            Assert.Equal(0x3B, File.ReadAllBytes(path)[^1]);
            Assert.Equal(frames, gif.FrameCount);
            Assert.Equal(-1, animation.Repetitions);
        }
    }

    [Fact]
    public void Add_WithoutLoop_PlaysOnce()
    {
        using var frame = ones(1, 5, 7);
        var gif = new AnimatedGif(_folder.File("once.gif"), loop: false);
        gif.Add(frame);
        gif.Add(frame);
        Assert.Equal(0, GifFrames.Read(gif.FilePath).Repetitions);
    }

    [Theory]
    [InlineData(3, 5, 8)]
    [InlineData(3, 7, 5)]
    [InlineData(1, 5, 7)]
    public void Add_OtherShapeThanTheFirst_ThrowsAndLeavesTheFile(int channels, int height, int width)
    {
        var gif = new AnimatedGif(_folder.File("a.gif"));
        using var first = ones(3, 5, 7);
        using var second = ones(channels, height, width);
        gif.Add(first);

        var error = Assert.Throws<ArgumentException>(() => gif.Add(second));

        Assert.Contains("(3, 5, 7)", error.Message, StringComparison.Ordinal);
        Assert.Contains($"({channels}, {height}, {width})", error.Message, StringComparison.Ordinal);
        Assert.Single(GifFrames.Read(gif.FilePath).Frames);
    }

    [Fact]
    public void Add_FileChangedInBetween_Throws()
    {
        var gif = new AnimatedGif(_folder.File("a.gif"));
        using var frame = ones(3, 5, 7);
        gif.Add(frame);
        File.AppendAllText(gif.FilePath, "x");
        Assert.Contains(
            "changed by something else", Assert.Throws<IOException>(() => gif.Add(frame)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Add_BadFrame_Throws()
    {
        var gif = new AnimatedGif(_folder.File("a.gif"));
        using var alpha = ones(4, 5, 7);
        using var batch = ones(2, 3, 5, 7);
        using var wide = ones(1, 1, 65536);
        Assert.Contains("alpha", Assert.Throws<ArgumentException>(() => gif.Add(alpha)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => gif.Add(batch));
        Assert.Contains("65535", Assert.Throws<ArgumentException>(() => gif.Add(wide)).Message, StringComparison.Ordinal);
        Assert.Empty(_folder.FileNames());
    }

    [Fact]
    public void Constructor_BadArguments_Throws()
    {
        Assert.Throws<ArgumentException>(() => new AnimatedGif("a.png"));
        Assert.Throws<ArgumentOutOfRangeException>(
            "frameDelay", () => new AnimatedGif("a.gif", TimeSpan.FromMilliseconds(10)));
        Assert.Throws<ArgumentOutOfRangeException>(
            "lastFrameDelay", () => new AnimatedGif("a.gif", lastFrameDelay: TimeSpan.FromHours(1)));
    }

    private static byte[] Bytes(Tensor levels) => levels.to(ScalarType.Byte).flatten().bytes.ToArray();

    private static IEnumerable<byte> Reds(GifFrames.Frame frame) => frame.Rgba.Where((_, at) => at % 4 == 0);
}
