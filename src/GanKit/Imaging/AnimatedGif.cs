using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>An animated GIF that grows on disk, a frame at a time.</summary>
/// <remarks>
/// <para>
/// The file is complete at every moment and can be watched; nothing is held in memory and there is nothing to close, so
/// that a run that is killed leaves the frames it made. The first frame replaces a file that was there, once it is written whole. Where
/// the disk is full, the frames so far stay, and the frame can be added again when there is room.
/// </para>
/// <para>
/// GIF has at most 256 colours a frame. Grey frames are exact; a colour frame has a table of its own, which is exact for
/// up to 256 colours and otherwise found by cutting the colour space where the error is largest, without dithering.
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

    private readonly ushort _delay;
    private readonly ushort _lastDelay;
    private readonly bool _loop;
    private long _end;
    private long _delayOfLast;
    private bool _hasRemains;
    private PixelBuffer? _first;

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
    /// <param name="low">The value that is written as black; -1 by default.</param>
    /// <param name="high">The value that is written as full brightness; 1 by default.</param>
    /// <exception cref="ArgumentException">
    /// The tensor is no single image of the first frame's channels and size, holds NaN, or the range is empty.
    /// </exception>
    /// <exception cref="IOException">
    /// The file can't be written, and has the frames that it had; or something else has changed it since the last frame.
    /// </exception>
    public void Add(Tensor frame, double low = -1, double high = 1)
    {
        var pixels = PixelBuffer.FromTensor(frame, low, high, FilePath);
        RequireFrame(frame, pixels);

        using var bytes = new MemoryStream();
        if (_first is null)
            GifFormat.WriteHeader(bytes, pixels, _loop);
        var delayAt = GifFormat.WriteFrame(bytes, pixels, _lastDelay);
        var length = bytes.Length;
        bytes.WriteByte(Trailer);

        if (_first is null)
            AtomicFile.Write(FilePath, bytes.WriteTo);
        else
            Append(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));

        (_delayOfLast, _end) = (_end + delayAt, _end + length);
        _first ??= pixels with { Bytes = [] };
        FrameCount++;
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
            return false; // What is behind the trailer does no harm.
        }
    }

    private void RequireFrame(Tensor frame, PixelBuffer pixels)
    {
        if (pixels.Channels == 4)
        {
            throw new ArgumentException(
                $"A GIF frame has 1 or 3 channels, but this one has the shape {frame.Describe()}; drop its alpha channel.",
                nameof(frame));
        }

        if (pixels.Width > MaxSide || pixels.Height > MaxSide)
        {
            throw new ArgumentException(
                $"A GIF frame is at most {MaxSide} pixels wide and high, but this one has the shape {frame.Describe()}.",
                nameof(frame));
        }

        if (_first is not null && pixels with { Bytes = _first.Bytes } != _first)
        {
            throw new ArgumentException(
                $"All frames of a GIF have the channels and size of its first, ({_first.Channels}, {_first.Height}, "
                + $"{_first.Width}), but this one has the shape {frame.Describe()}.", nameof(frame));
        }
    }

    private static ushort ToHundredths(TimeSpan delay, string name)
    {
        var hundredths = Math.Round(delay.TotalMilliseconds / 10);
        if (hundredths is < 2 or > ushort.MaxValue)
            throw new ArgumentOutOfRangeException(name, delay, "A GIF frame is shown for 20 ms to 655.35 s.");
        return (ushort)hundredths;
    }
}
