using System.Drawing;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GanKit.Data;

/// <summary>
/// An image (C, H, W) whose pixels are computed when they are asked for, straight into the memory where they are needed, and only those of
/// the part that is needed. Sources and transforms return such images.
/// </summary>
/// <remarks>
/// <para>Operations such as <see cref="Crop"/> compute nothing; they return an image that asks its source. An operation of your own
/// derives from this class: its constructor names the source and the new size, and <see cref="RenderCore"/> computes pixels from the
/// source's. <see cref="FromTensor"/> and <see cref="ToTensor"/> are for operations on tensors, which compute the whole image.</para>
/// <para>An image belongs to one thread. One that was opened for a loader's sample ends with that sample.</para>
/// </remarks>
/// <example><code>
/// internal sealed class Inverted(LazyImage image) : LazyImage(image)
/// {
///     protected override void RenderCore(Rectangle part, Span&lt;float&gt; pixels)
///     {
///         Source.Render(part, pixels);
///         foreach (ref var value in pixels)
///             value = -value;
///     }
/// }
/// </code></example>
public abstract class LazyImage
{
    private readonly RenderContext _context;
    private readonly LazyImage? _source;

    /// <summary>An image that is made of nothing else: decoded, or computed.</summary>
    /// <param name="channels">Channels, at least 1.</param>
    /// <param name="height">Pixels, at least 1.</param>
    /// <param name="width">Pixels, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1.</exception>
    protected LazyImage(int channels, int height, int width) : this(RenderContext.OfSample ?? new(), channels, height, width)
    {
    }

    /// <summary>An image that is computed from another.</summary>
    /// <param name="source">The other image.</param>
    /// <param name="channels">Channels; as many as the source has by default.</param>
    /// <param name="height">Pixels; as many as the source has by default.</param>
    /// <param name="width">Pixels; as many as the source has by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1.</exception>
    protected LazyImage(LazyImage source, int? channels = null, int? height = null, int? width = null)
        : this(Known(source)._context, channels ?? source.Channels, height ?? source.Height, width ?? source.Width) =>
        _source = source;

    private LazyImage(RenderContext context, int channels, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        (_context, Channels, Height, Width) = (context, channels, height, width);
    }

    /// <summary>The number of channels, C.</summary>
    public int Channels { get; }

    /// <summary>The number of rows, H.</summary>
    public int Height { get; }

    /// <summary>The number of columns, W.</summary>
    public int Width { get; }

    /// <summary>The image that this one is computed from.</summary>
    /// <exception cref="InvalidOperationException">It is made of nothing else.</exception>
    protected LazyImage Source => _source ?? throw new InvalidOperationException("This image is not computed from another.");

    /// <summary>(C, H, W).</summary>
    internal long[] Shape => [Channels, Height, Width];

    /// <summary>The memory that its pixels are computed with.</summary>
    internal RenderContext Context => RenderContext.OfSample ?? _context;

    /// <summary>An image whose pixels are there already.</summary>
    /// <param name="image">A tensor (C, H, W) in [-1, 1]. It has to live as long as the image is used; in a loader, the dispose scope of
    /// the sample keeps it.</param>
    /// <exception cref="ArgumentException">It has another number of dimensions.</exception>
    public static LazyImage FromTensor(Tensor image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image.dim() == 3 ? new TensorImage(image.detach().to(float32).cpu().contiguous()) : throw new ArgumentException(
            $"A tensor of shape {image.Describe()} is no image, which is (channels, height, width).", nameof(image));
    }

    /// <summary>Computes the pixels of a part.</summary>
    /// <param name="part">A part of the image.</param>
    /// <param name="pixels">Where they go, 32-bit floats in [-1, 1], plane after plane: (C, part.Height, part.Width).</param>
    /// <exception cref="ArgumentException">The part does not lie within the image, or the span has another length.</exception>
    public void Render(Rectangle part, Span<float> pixels)
    {
        RequireWithin(part, nameof(part));
        if (pixels.Length != Channels * part.Area)
        {
            throw new ArgumentException(
                $"{Channels} channels of {part.Height} x {part.Width} pixels (height x width) are {Channels * part.Area} values, but "
                + $"there is room for {pixels.Length}.", nameof(pixels));
        }

        var context = Context;
        var mark = context.Here;
        RenderCore(part, pixels);
        context.ReturnTo(mark);
    }

    /// <summary>All pixels.</summary>
    /// <returns>A tensor (C, H, W) of 32-bit floats on the CPU, in the current dispose scope.</returns>
    public Tensor ToTensor()
    {
        using var scope = NewDisposeScope();
        var tensor = empty(Shape);
        Render(new(0, 0, Width, Height), MemoryMarshal.Cast<byte, float>(tensor.bytes));
        return tensor.MoveToOuterDisposeScope();
    }

    /// <summary>A part of the image.</summary>
    /// <param name="window">Which part.</param>
    /// <exception cref="ArgumentException">It does not lie within the image.</exception>
    public LazyImage Crop(Rectangle window)
    {
        RequireWithin(window, nameof(window));
        return new CroppedImage(this, window);
    }

    /// <summary>The image with left and right swapped.</summary>
    public LazyImage FlipHorizontally() => new FlippedImage(this);

    /// <summary>The image extended on all sides by its mirror image, the border's own pixels not repeated (reflection).</summary>
    /// <param name="padding">Pixels on each side, less than its height and width.</param>
    /// <exception cref="InvalidOperationException">There are not so many to mirror.</exception>
    public LazyImage Pad(int padding) => padding == 0 ? this : new PaddedImage(this, padding);

    /// <summary>The image in another size.</summary>
    /// <param name="height">Pixels, at least 1.</param>
    /// <param name="width">Pixels, at least 1.</param>
    /// <param name="interpolation">How; <see cref="Interpolation.Bilinear"/> by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is less than 1.</exception>
    public LazyImage Resize(int height, int width, Interpolation? interpolation = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        return (interpolation ?? Interpolation.Bilinear).Resize(this, height, width);
    }

    /// <summary>Computes the pixels of a part, which lies within the image.</summary>
    /// <param name="part">The part.</param>
    /// <param name="pixels">Where they go; as long as they are, and with any values in it before.</param>
    protected abstract void RenderCore(Rectangle part, Span<float> pixels);

    /// <summary>Memory for values on the way, until <see cref="RenderCore"/> returns.</summary>
    /// <param name="count">How many values; they are any numbers at first.</param>
    protected Span<float> Rent(int count) => Context.Floats(count);

    /// <summary>Computes the pixels of a strip, its rows side by side.</summary>
    /// <param name="strip">A part of at most <see cref="Lanes.Count"/> rows.</param>
    /// <param name="lanes">(C, strip.Width, <see cref="Lanes.Count"/>). Lanes without a row get any value.</param>
    internal void RenderLanes(Rectangle strip, Span<float> lanes)
    {
        var context = Context;
        var mark = context.Here;
        RenderLanesCore(strip, lanes);
        context.ReturnTo(mark);
    }

    private protected virtual void RenderLanesCore(Rectangle strip, Span<float> lanes)
    {
        var rows = Rent(Channels * strip.Area);
        Render(strip, rows);
        for (var c = 0; c < Channels; c++)
            Lanes.FromRows(
                rows[(c * strip.Area)..], strip.Width, strip.Height, strip.Width, lanes[(c * strip.Width * Lanes.Count)..]);
    }

    private void RequireWithin(Rectangle part, string name)
    {
        if (part.Left < 0 || part.Top < 0 || part.Width < 1 || part.Height < 1 || part.Width > Width - part.Left || part.Height > Height - part.Top)
            throw new ArgumentException($"The part {part} does not lie within an image of {Height} x {Width} (height x width).", name);
    }

    private static LazyImage Known(LazyImage source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source;
    }
}
