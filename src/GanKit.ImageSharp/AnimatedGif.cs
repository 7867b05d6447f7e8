using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Gif;
using static TorchSharp.torch;

namespace GanKit.ImageSharp;

/// <summary>An animated GIF that grows on disk, a frame at a time.</summary>
/// <remarks>
/// <para>
/// The file is complete at every moment and can be watched; nothing is held in memory and there is nothing to close, so
/// that a run that is killed leaves the frames it made. The first frame replaces a file that was there, once it is written whole. Where
/// the disk is full, the frames so far stay, and the frame can be added again when there is room.
/// </para>
/// <para>
/// GIF has at most 256 colours a frame. Each frame has a table of its own, which is exact for up to 256 colours and otherwise found
/// by Wu's method, without dithering.
/// Not safe to use from several threads at once.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// var gif = new AnimatedGif("walk.gif");
/// foreach (var latent in walk)
///     gif.Add(ImageGrid.Make(generator.call(latent)));
/// </code>
/// </example>
public sealed class AnimatedGif
{
    private const byte Trailer = 0x3B;
    private const int MaxSide = ushort.MaxValue;

    // In a file of one frame: up to the end of the screen's description, and from there to the frame's delay.
    private const int HeaderLength = 13, DelayAt = 4;

    // Zero repetitions mean for ever.
    private static readonly byte[] Loop = [0x21, 0xFF, 11, .. "NETSCAPE2.0"u8, 3, 1, 0, 0, 0];

    private readonly ushort _delay;
    private readonly ushort _lastDelay;
    private readonly bool _loop;
    private long _end;
    private long _delayOfLast;
    private bool _hasRemains;
    private (int Channels, int Height, int Width)? _first;

    /// <summary>Prepares an animation; its file is written with the first frame.</summary>
    /// <param name="path">A file name that ends in .gif. The folder is created if need be.</param>
    /// <param name="frameDelay">How long a frame is shown, in steps of 10 ms; 200 ms by default.</param>
    /// <param name="lastFrameDelay">How long the last frame is held before the animation begins again; 2 s by default.
    /// </param>
    /// <param name="loop">Whether it plays for ever, as it does by default, or once.</param>
    /// <exception cref="ArgumentException">The file name does not end in .gif.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A delay is less than 20 ms, which viewers don't honour, or more than 655.35 s, which GIF can't say.
    /// </exception>
    public AnimatedGif(string path, TimeSpan? frameDelay = null, TimeSpan? lastFrameDelay = null, bool loop = true)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!Path.GetExtension(path).Equals(".gif", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"The file name '{path}' of an animated GIF must end in .gif.", nameof(path));
        FilePath = path;
        _delay = ToHundredths(frameDelay ?? TimeSpan.FromMilliseconds(200), nameof(frameDelay));
        _lastDelay = ToHundredths(lastFrameDelay ?? TimeSpan.FromSeconds(2), nameof(lastFrameDelay));
        _loop = loop;
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Frames written so far.</summary>
    public int FrameCount { get; private set; }

    /// <summary>Appends a frame to the file.</summary>
    /// <param name="frame">
    /// One image (C, H, W) or (1, C, H, W) with 1 or 3 channels, of any floating-point type, on any device; the same
    /// channels and size for every frame.
    /// </param>
    /// <param name="range">The values that are written as black and as full brightness; <see cref="ValueRange.Symmetric"/> by default.</param>
    /// <exception cref="ArgumentException">
    /// The tensor is no single image of the first frame's channels and size, or holds NaN.
    /// </exception>
    /// <exception cref="IOException">
    /// The file can't be written, and has the frames that it had; or something else has changed it since the last frame.
    /// </exception>
    public void Add(Tensor frame, ValueRange? range = null)
    {
        var pixels = PixelBuffer.FromTensor(frame, range, path: FilePath);
        RequireFrame(frame, pixels);

        var file = Encode(pixels);
        var header = _first is null ? (byte[])[.. file.AsSpan(0, HeaderLength), .. _loop ? Loop : []] : [];
        byte[] block = [.. header, .. file.AsSpan(HeaderLength)];
        if (_first is null)
            Images.Write(FilePath, frame, range, encoder: new Whole(block));
        else
            Append(block);

        (_delayOfLast, _end) = (_end + header.Length + DelayAt, _end + block.Length - 1);
        _first ??= (pixels.Channels, pixels.Height, pixels.Width);
        FrameCount++;
    }

    /// <summary>A file of one frame that is shown as long as the last one is, without a table for all frames or repetitions.</summary>
    private byte[] Encode(PixelBuffer pixels)
    {
        using var image = Pixels.ToImage(pixels);
        var frame = image.Frames.RootFrame.Metadata.GetGifMetadata();
        (frame.FrameDelay, frame.DisposalMethod) = (_lastDelay, GifDisposalMethod.NotDispose);
        using var file = new MemoryStream();
        image.SaveAsGif(file, new GifEncoder { Quantizer = ExactQuantizer.For(pixels), ColorTableMode = GifColorTableMode.Local });
        return file.ToArray();
    }

    /// <summary>A file that is made already, which the library writes as it writes pictures: whole or not at all.</summary>
    private sealed class Whole(byte[] file) : IImageEncoder
    {
        public IReadOnlyList<string> Extensions { get; } = [".gif"];

        public int Bits => 8;

        public byte[] Encode(PixelBuffer pixels) => file;
    }

    // Behind the trailer, where nothing is looked at, and last of all over it: until then the animation ends where it did.
    private void Append(ReadOnlySpan<byte> frame)
    {
        using var file = Open();
        Span<byte> delay = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(delay, _delay);
        try
        {
            RandomAccess.Write(file, frame[1..], _end + 1);
            RandomAccess.Write(file, delay, _delayOfLast); // The frame that was last is held no longer than any other now.
            RandomAccess.Write(file, frame[..1], _end);
        }
        catch
        {
            _hasRemains = !TryCutRemains(file);
            throw;
        }
    }

    private SafeFileHandle Open()
    {
        var file = File.OpenHandle(FilePath, FileMode.Open, FileAccess.Write, FileShare.Read);
        if (RandomAccess.GetLength(file) == _end + 1 || _hasRemains && TryCutRemains(file))
        {
            _hasRemains = false;
            return file;
        }

        file.Dispose();
        throw new IOException(
            $"The animation '{FilePath}' was changed by something else since its frame {FrameCount} was written; no frame "
            + "can be added to it.");
    }

    private bool TryCutRemains(SafeFileHandle file)
    {
        try
        {
            RandomAccess.SetLength(file, _end + 1);
            return true;
        }
        catch (IOException)
        {
            return false; // Bytes behind the trailer do no harm.
        }
    }

    private void RequireFrame(Tensor frame, PixelBuffer pixels)
    {
        if (pixels.Channels == 4)
        {
            throw new ArgumentException(
                $"A GIF frame has 1 or 3 channels, but this one has the shape {Describe(frame)}; drop its alpha channel.",
                nameof(frame));
        }

        if (pixels.Width > MaxSide || pixels.Height > MaxSide)
        {
            throw new ArgumentException(
                $"A GIF frame is at most {MaxSide} pixels wide and high, but this one has the shape {Describe(frame)}.",
                nameof(frame));
        }

        if (_first is { } first && first != (pixels.Channels, pixels.Height, pixels.Width))
        {
            throw new ArgumentException(
                $"All frames of a GIF have the channels and size of its first, {first}, but this one has the shape {Describe(frame)}.",
                nameof(frame));
        }
    }

    private static string Describe(Tensor frame) => $"({string.Join(", ", frame.shape)})";

    private static ushort ToHundredths(TimeSpan delay, string name)
    {
        var hundredths = Math.Round(delay.TotalMilliseconds / 10);
        if (hundredths is < 2 or > ushort.MaxValue)
            throw new ArgumentOutOfRangeException(name, delay, "A GIF frame is shown for 20 ms to 655.35 s.");
        return (ushort)hundredths;
    }
}
