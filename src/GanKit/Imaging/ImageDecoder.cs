using System.Drawing;
using System.Numerics;
using System.Runtime.InteropServices;
using SkiaSharp;
using static TorchSharp.torch;

namespace GanKit.Data;

/// <summary>Image files to tensors: the one place where they are decoded.</summary>
/// <remarks>
/// Skia decodes png, jpeg, bmp, gif (first frame) and webp (first frame), unless an <see cref="IImageDecoder"/> takes the file. Values are
/// taken as they are stored: embedded colour profiles are not applied, as in PyTorch's torchvision. Safe to call from any thread.
/// </remarks>
internal static class ImageDecoder
{
    /// <summary>Decodes an image file, upright as its EXIF orientation says.</summary>
    /// <param name="path">The file.</param>
    /// <param name="channels">
    /// 1 for luma (0.299 R + 0.587 G + 0.114 B), 3 for RGB, 4 for RGB and alpha, not premultiplied.
    /// </param>
    /// <param name="background">The background where the image is transparent; white by default. Unused with 4 channels.</param>
    /// <param name="takeTruncated">Whether an image that breaks off is taken as far as it goes; an error by default.</param>
    /// <param name="decoder">Is asked first; none by default.</param>
    /// <returns>A tensor (C, H, W) of 32-bit floats in [-1, 1], on the CPU, in the current dispose scope.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="channels"/> is not 1, 3 or 4.</exception>
    /// <exception cref="InvalidDataException">The file is not an image, truncated or damaged; the message names it.</exception>
    /// <exception cref="IOException">The file can't be opened.</exception>
    internal static Tensor Read(
        string path, int channels = 3, Color? background = null, bool takeTruncated = false, IImageDecoder? decoder = null)
    {
        var context = new RenderContext { TakesTruncated = takeTruncated };
        var image = Open(path, channels, background, decoder, context).ToTensor();
        foreach (var note in context.Notes)
            note.WarnOncePerFolder();
        return image;
    }

    /// <inheritdoc cref="Read"/>
    /// <param name="file">The whole file.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="channels">1, 3 or 4.</param>
    /// <param name="background">The background where the image is transparent; white by default.</param>
    internal static Tensor Decode(byte[] file, string name, int channels = 3, Color? background = null)
    {
        var context = new RenderContext();
        return Open(file, name, channels, background, null, context).ToTensor();
    }

    /// <summary>Decodes an image file as <see cref="Read"/> does, to an image that is painted later.</summary>
    /// <param name="path">The file.</param>
    /// <param name="channels">1, 3 or 4.</param>
    /// <param name="background">The background where the image is transparent; white by default.</param>
    /// <param name="decoder">Is asked first, where there is one.</param>
    /// <param name="context">Holds the decoded pixels; that of the loader's sample, if there is one, by default.</param>
    internal static LazyImage Open(
        string path, int channels, Color? background, IImageDecoder? decoder, RenderContext? context = null)
    {
        var own = context ?? RenderContext.OfSample ?? new();
        var image = Open(ReadFile(path, own), path, channels, background, decoder, own);
        if (context is null && RenderContext.OfSample is null)
            foreach (var note in own.Notes)
                note.WarnOncePerFolder();
        return image;
    }

    /// <inheritdoc cref="Open(string, int, Color?, IImageDecoder?, RenderContext)"/>
    /// <param name="file">The whole file.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="channels">1, 3 or 4.</param>
    /// <param name="background">The background where the image is transparent; white by default.</param>
    /// <param name="decoder">Is asked first, where there is one.</param>
    /// <param name="context">Holds the decoded pixels.</param>
    internal static LazyImage Open(
        ReadOnlySpan<byte> file, string name, int channels, Color? background, IImageDecoder? decoder, RenderContext context)
    {
        RequireChannels(channels);
        if (file.Length == 0)
            throw new InvalidDataException($"The image '{name}' is an empty file.");
        if (decoder is not null && decoder.CanDecode(file))
            return Decode(decoder, file, name, channels, background, context);

        SkiaLibrary.EnsureLoaded();
        return Decode(Truncation.Checked(file, name, context), name, channels, background, context);
    }

    private static unsafe RgbaImage<byte> Decode(ReadOnlySpan<byte> file, string name, int channels, Color? background, RenderContext context)
    {
        fixed (byte* start = file)
        {
            using var data = SKData.Create((nint)start, file.Length);
            using var codec = SKCodec.Create(data) ?? throw new InvalidDataException(NotAnImage(file, name));

            var info = codec.Info;
            RequireRoom(info.Width, info.Height, name, channels);
            var png = PngFacts.Recognizes(file) ? PngFacts.Of(file) : new(codec.EncodedOrigin, codec.FrameCount, IsDeep: false);
            var orientation = Orientation.Of(png.Origin);
            var conversion = new RgbaConversion(channels, background ?? Color.White, info.AlphaType == SKAlphaType.Opaque);
            if (png.Frames > 1)
                context.Note(PictureNote.Animated(name, png.Frames));
            if (png.IsDeep)
                context.Note(PictureNote.Deep(name));

            var rgba = Decode(codec, name, context);
            if (background is null && conversion.Blends && PictureNote.HasAlpha<byte>(rgba.Span))
                context.Note(PictureNote.Transparent(name));
            return Upright<byte, uint>(rgba, (info.Width, info.Height), orientation, conversion, context.Bytes);
        }
    }

    private static LazyImage Decode(
        IImageDecoder decoder, ReadOnlySpan<byte> file, string name, int channels, Color? background, RenderContext context)
    {
        DecodedImage image;
        try
        {
            image = decoder.Decode(file);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"The image '{name}' can't be read: {error.Message}", error);
        }

        if (image.IsTruncated && !context.TakesTruncated)
            throw new InvalidDataException($"The image '{name}' is {Truncation.Words}.");
        var pixels = image.Pixels;
        RequireRoom(pixels.Width, pixels.Height, name, channels);
        var facts = PngFacts.Recognizes(file) ? PngFacts.Of(file) : new((SKEncodedOrigin)image.Orientation, image.Frames, IsDeep: false);
        if (image.IsTruncated)
            context.Note(PictureNote.Truncated(name));
        if (facts.Frames > 1)
            context.Note(PictureNote.Animated(name, facts.Frames));
        if (background is null && channels != 4 && pixels.Channels == 4 && pixels.HasAlpha)
            context.Note(PictureNote.Transparent(name));
        return Upright(pixels, Orientation.Of(facts.Origin), channels, background);
    }

    /// <summary>Turns decoded pixels if that has to be.</summary>
    internal static LazyImage Upright(PixelBuffer pixels, Orientation orientation, int channels, Color? background)
    {
        var conversion = new RgbaConversion(channels, background ?? Color.White, IsOpaque: pixels.Channels != 4);
        var size = (pixels.Width, pixels.Height);
        return pixels.Bits == 8
            ? Upright<byte, uint>(pixels.ToRgba<byte>(), size, orientation, conversion, count => new byte[count])
            : Upright<ushort, ulong>(pixels.ToRgba<ushort>(), size, orientation, conversion, count => new ushort[count]);
    }

    private static string NotAnImage(ReadOnlySpan<byte> file, string name)
    {
        var formats = $"Formats: {string.Join(", ", PictureFormat.Extensions)}.";
        return PictureFormat.NameOf(file) switch
        {
            null => $"'{name}' is not an image that can be read, or breaks off in its header. {formats}",
            "PNG" or "JPEG" or "GIF" or "WebP" or "BMP" => $"The image '{name}' ({PictureFormat.NameOf(file)}) breaks off in its header, or is damaged there.",
            "TIFF" when file[2..4].Contains((byte)'*') =>
                $"'{name}' is TIFF by its first bytes, which the decoder of {PictureFormat.Companion(".tif")} reads. Convert it, or pass decoder: new ImageSharpDecoder(). {formats}",
            var other => $"'{name}' is {other} by its first bytes, whatever its name says, and not an image that can be read. Convert it. {formats}",
        };
    }

    /// <summary>Throws unless <paramref name="channels"/> is 1, 3 or 4.</summary>
    internal static void RequireChannels(int channels, string name = "channels")
    {
        if (channels is not (1 or 3 or 4))
            throw new ArgumentOutOfRangeException(name, channels, "Images are read with 1 channel (grey), 3 (red, green, blue) or 4 (with alpha).");
    }

    // TorchSharp shows a tensor's memory as a span, which has 2 GiB at most: 178 million pixels of 3 channels.
    private static void RequireRoom(int width, int height, string name, int channels)
    {
        if ((long)width * height * channels * sizeof(float) > Array.MaxLength)
            throw new InvalidDataException($"The image '{name}' is too large: {width} x {height} pixels, of which {Array.MaxLength / (channels * sizeof(float))} can be read with {channels} channels.");
    }

    private static ReadOnlySpan<byte> ReadFile(string path, RenderContext context)
    {
        if (RegularFile.OtherKind(path) is { } kind)
            throw new InvalidDataException($"'{path}' is {kind}, not an image file.");
        using var file = File.OpenHandle(path);
        var length = RandomAccess.GetLength(file);
        // Files that don't know their length, and those for which there is no array.
        if (length <= 0 || length > Array.MaxLength)
            return File.ReadAllBytes(path);
        var bytes = context.Bytes((int)length).Span;
        var count = 0;
        while (count < bytes.Length && RandomAccess.Read(file, bytes[count..], count) is > 0 and var read)
            count += read;
        return bytes[..count];
    }

    private static unsafe Memory<byte> Decode(SKCodec codec, string name, RenderContext context)
    {
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var rgba = context.Bytes(info.BytesSize);
        SKCodecResult result;
        fixed (byte* start = rgba.Span)
            result = codec.GetPixels(info, (nint)start);
        if (result == SKCodecResult.IncompleteInput && context.TakesTruncated)
            context.Note(PictureNote.Truncated(name));
        else if (result != SKCodecResult.Success)
            throw new InvalidDataException($"The image '{name}' ({info.Width} x {info.Height} {codec.EncodedFormat}) is {(result == SKCodecResult.IncompleteInput ? Truncation.Words : $"damaged: {result}")}.");
        return rgba;
    }

    /// <summary>Turns decoded pixels if that has to be.</summary>
    /// <typeparam name="T">A value of a pixel.</typeparam>
    /// <typeparam name="TPixel">Four of them.</typeparam>
    private static RgbaImage<T> Upright<T, TPixel>(
        Memory<T> rgba, (int Width, int Height) stored, Orientation orientation, RgbaConversion conversion, Func<int, Memory<T>> take)
        where T : unmanaged, INumberBase<T>, IMinMaxValue<T>
        where TPixel : unmanaged
    {
        if (orientation.IsUpright)
            return new(rgba, stored.Height, stored.Width, conversion);
        var (height, width) = orientation.Transposes ? (stored.Width, stored.Height) : (stored.Height, stored.Width);
        var upright = take(rgba.Length);
        orientation.Turn<TPixel>(MemoryMarshal.Cast<T, TPixel>(rgba.Span), height, width, MemoryMarshal.Cast<T, TPixel>(upright.Span));
        return new(upright, height, width, conversion);
    }
}
