using System.Drawing;
using GanKit.Tests.PyTorchParity;

namespace GanKit.Tests.Imaging;

/// <summary>What Pillow takes for whole, makes of a part, turns and resizes: <c>Fixtures/pictures.py</c>.</summary>
public class PillowParityTests
{
    private static readonly byte[] JpegEnd = [0xFF, 0xD9];

    public static TheoryData<string> Cut() => Cases("cut.", ".whole");

    public static TheoryData<string> Ended() => Cases("cut.", ".ended");

    public static TheoryData<string> Taken() => Cases("cut.", ".taken");

    public static TheoryData<string> Turned() => Cases("turn.", ".upright");

    [Theory, MemberData(nameof(Cut))]
    public void Decode_CutAnywhere_RefusesWhatPillowRefuses(string name)
    {
        using var scope = NewDisposeScope();
        var (fixture, file) = Load(name);
        var whole = Verdicts(fixture[$"cut.{name}.whole"], file.Length);
        for (var length = 0; length <= file.Length; length++)
            // Skia wants a GIF's last byte but one, which only says that no more pixels follow.
            if (name != "gif" || length != file.Length - 2)
                Assert.True(whole[length] == Reads(file[..length]), $"{name} of {length} bytes: Pillow says {whole[length]}");
    }

    [Theory, MemberData(nameof(Ended))]
    public void Decode_CutAnywhereWithAnEndAppended_RefusesWhatPillowRefuses(string name)
    {
        using var scope = NewDisposeScope();
        var (fixture, file) = Load(name);
        var whole = Verdicts(fixture[$"cut.{name}.ended"], file.Length);
        for (var length = 0; length <= file.Length; length++)
            Assert.True(
                whole[length] == Reads([.. file[..length], .. JpegEnd]), $"{name} of {length} bytes: Pillow says {whole[length]}");
    }

    [Theory, MemberData(nameof(Taken))]
    public void Open_TruncatedAndTaken_HasPillowsPixelsAndANote(string name)
    {
        using var scope = NewDisposeScope();
        var (fixture, file) = Load(name);
        var part = file[..(int)fixture[$"cut.{name}.at"].item<long>()];
        Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(part, "part"));

        var context = new RenderContext { TakesTruncated = true };
        context.Bytes(1 << 15).Span.Fill(77); // what another picture left there
        context.Clear();
        var image = ImageDecoder.Open(part, "part", 3, Color.White, null, context).ToTensor();

        var expected = fixture[$"cut.{name}.taken"].permute(2, 0, 1).to(float32); // (3, H, W)
        Assert.InRange(((image + 1) * 127.5 - expected).abs().max().item<float>(), 0, 1e-3);
        Assert.Equal(name == "png16" ? [PictureNote.Deep("part"), PictureNote.Truncated("part")] : [PictureNote.Truncated("part")], context.Notes);
    }

    [Theory, MemberData(nameof(Turned))]
    public void Decode_OrientationOfAnyKind_TurnsAsPillowDoes(string name)
    {
        using var scope = NewDisposeScope();
        var fixture = Fixture.Load("pictures");
        var image = ImageDecoder.Decode(fixture[$"turn.{name}.file"].bytes.ToArray(), name, channels: 1);
        var upright = fixture[$"turn.{name}.upright"];
        Assert.Equal([1, .. upright.shape], image.shape);
        Assert.InRange(((image[0] + 1) * 127.5 - upright.to(float32)).abs().max().item<float>(), 0, 1e-3);
    }

    /// <summary>
    /// The filter is Pillow's, the pixels nearly: it rounds and clips to bytes after each direction, and this library does not.
    /// </summary>
    [Theory, InlineData("bilinear", 1), InlineData("bicubic", 2)]
    public void Resize_ComparedWithPillowsBytes_DiffersByALevelInSome(string name, int most)
    {
        using var scope = NewDisposeScope();
        var fixture = Fixture.Load("pictures");
        var image = fixture["resize.image"].permute(2, 0, 1).to(float32) / 127.5 - 1;
        var interpolation = name == "bilinear" ? Interpolation.Bilinear : Interpolation.Bicubic;
        var ours = ((interpolation.Resize(image, 19, 23) + 1) * 127.5).round();
        var off = (ours - fixture[$"resize.{name}"].permute(2, 0, 1).to(float32)).abs();
        Assert.Equal(most, off.max().item<float>());
        Assert.InRange((off == 1).to(float32).mean().item<float>(), 0.08, 0.26);
        Assert.InRange((off > 1).to(float32).mean().item<float>(), 0, 0.02);
    }

    private static TheoryData<string> Cases(string prefix, string suffix)
    {
        using var scope = NewDisposeScope();
        return [.. Fixture.Load("pictures").Keys.Where(key => key.StartsWith(prefix) && key.EndsWith(suffix))
            .Select(key => key[prefix.Length..^suffix.Length])];
    }

    private static (IReadOnlyDictionary<string, Tensor> Fixture, byte[] File) Load(string name)
    {
        var fixture = Fixture.Load("pictures");
        return (fixture, fixture[$"cut.{name}.file"].bytes.ToArray());
    }

    private static bool[] Verdicts(Tensor changes, int length)
    {
        var at = changes.data<long>().ToArray();
        return [.. Enumerable.Range(0, length + 1).Select(i => at.Count(change => change <= i) % 2 == 1)];
    }

    private static bool Reads(byte[] file)
    {
        using var scope = NewDisposeScope();
        try
        {
            ImageDecoder.Decode(file, "cut");
            return true;
        }
        catch (InvalidDataException e)
        {
            Assert.Contains("'cut'", e.Message);
            return false;
        }
    }
}
