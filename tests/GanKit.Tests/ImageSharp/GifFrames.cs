using SkiaSharp;

namespace GanKit.Tests.Companion;

/// <summary>Reads an animated GIF back through Skia, whose decoder shares nothing with our encoder.</summary>
internal static class GifFrames
{
    internal sealed record Frame(byte[] Rgba, int Milliseconds);

    internal sealed record Animation(int Width, int Height, int Repetitions, IReadOnlyList<Frame> Frames);

    internal static Animation Read(string path)
    {
        using var codec = SKCodec.Create(path) ?? throw new InvalidDataException(
            $"Skia does not take '{path}' for an image.");
        Assert.Equal(SKEncodedImageFormat.Gif, codec.EncodedFormat);
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var frames = new List<Frame>();
        for (var index = 0; index < codec.FrameCount; index++)
        {
            Assert.True(codec.FrameInfo[index].FullyRecieved);
            using var bitmap = new SKBitmap(info);
            Assert.Equal(SKCodecResult.Success, codec.GetPixels(info, bitmap.GetPixels(), new SKCodecOptions(index)));
            frames.Add(new Frame(bitmap.Bytes, codec.FrameInfo[index].Duration));
        }

        return new Animation(info.Width, info.Height, codec.RepetitionCount, frames);
    }
}
