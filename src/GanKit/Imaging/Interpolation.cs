using static TorchSharp.torch;

namespace GanKit.Data;

/// <summary>How an image is resized. All of them are libtorch's own.</summary>
/// <remarks>
/// Where Pillow is named, the filter is its own and values are nearly: it rounds and clips to bytes after each direction, here they
/// stay floats. Rounded at the end, 4 to 26 % of a photo's values differ by one level.
/// </remarks>
public sealed class Interpolation
{
    private readonly InterpolationMode _mode;
    private readonly ResampleFilter? _filter;

    private Interpolation(string name, InterpolationMode mode, ResampleFilter? filter = null) =>
        (Name, _mode, _filter) = (name, mode, filter);

    /// <summary>The value of the nearest pixel, as Pillow's NEAREST: for label maps.</summary>
    public static Interpolation Nearest { get; } = new("nearest", InterpolationMode.NearestExact);

    /// <summary>
    /// Linear in both directions, averaging over all pixels when it shrinks (antialiased), as Pillow's BILINEAR.
    /// </summary>
    public static Interpolation Bilinear { get; } = new("bilinear", InterpolationMode.Bilinear, ResampleFilter.Triangle);

    /// <summary>
    /// Cubic in both directions (a = -0.5), antialiased when it shrinks, as Pillow's BICUBIC. Sharper than bilinear;
    /// values that overshoot are clamped to [-1, 1].
    /// </summary>
    public static Interpolation Bicubic { get; } = new("bicubic", InterpolationMode.Bicubic, ResampleFilter.Cubic);

    /// <summary>The mean of the source pixels that each target pixel touches: for shrinking by whole factors.</summary>
    public static Interpolation Area { get; } = new("area", InterpolationMode.Area);

    /// <summary>The name in lower case, such as <c>bilinear</c>.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal Tensor Resize(Tensor image, int height, int width) // (C, H, W)
    {
        if (image.shape[1] == height && image.shape[2] == width)
            return image;
        using var scope = NewDisposeScope();
        // libtorch gets antialiased columns of one pixel wrong, but rows of one pixel right.
        var resized = _filter is not null && width == 1 ? To(image.transpose(1, 2), 1, height).transpose(1, 2) : To(
            image, height, width);
        if (_mode == InterpolationMode.Bicubic)
            resized = resized.clamp_(-1, 1);
        return resized.MoveToOuterDisposeScope();
    }

    /// <summary>The same for an image that is computed later.</summary>
    internal LazyImage Resize(LazyImage image, int height, int width)
    {
        if (image.Height == height && image.Width == width)
            return image;
        // The others and columns of one pixel are rare enough to be libtorch's.
        return _filter is not null && width > 1
            ? new ResizedImage(image, height, width, _filter)
            : LazyImage.FromTensor(Resize(image.ToTensor(), height, width));
    }

    private Tensor To(Tensor image, int height, int width) =>
        nn.functional.interpolate(
            image.unsqueeze(0), [height, width], mode: _mode,
            align_corners: _mode == InterpolationMode.Area ? null : false, antialias: _filter is not null)
            .squeeze(0); // (C, height, width)
}
