using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>Many images in one picture.</summary>
public static class ImageGrid
{
    /// <summary>Lays a batch of images out in rows, left to right, with padding around and between them.</summary>
    /// <remarks>
    /// The arithmetic is that of torchvision.utils.make_grid: with c = min(columns, B) and r = ceil(B / c), the picture
    /// has r (H + padding) + padding rows and c (W + padding) + padding columns of pixels, and cells without an image are
    /// filled with <paramref name="padValue"/>. Two things differ: grey images stay grey (torchvision repeats them into
    /// three channels), and a single image gets its padding too.
    /// </remarks>
    /// <param name="images">Images (B, C, H, W), on any device, of any floating-point type and number of channels.</param>
    /// <param name="columns">Images in a row, at least 1; 8 by default, as torchvision's nrow.</param>
    /// <param name="padding">Pixels around each image, at least 0; 2 by default, as torchvision's.</param>
    /// <param name="padValue">The padding's value; -1 by default, black for images in [-1, 1].</param>
    /// <returns>One image (C, r (H + padding) + padding, c (W + padding) + padding) on the same device.</returns>
    /// <exception cref="ArgumentException">The tensor is no batch of images, or is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no columns, or the padding is negative.</exception>
    public static Tensor Make(Tensor images, int columns = 8, int padding = 2, double padValue = -1)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        if (images.dim() != 4)
            throw new ArgumentException($"A grid is made of a batch of images (B, C, H, W), but the tensor has the shape {images.Describe()}. Reshape it with .view(B, C, H, W), or a single image with .unsqueeze(0).", nameof(images));
        if (images.numel() == 0)
            throw new ArgumentException($"A grid needs at least one image with at least one pixel, but the tensor has the shape {images.Describe()}.", nameof(images));

        using var scope = NewDisposeScope();
        var (count, channels) = (images.shape[0], images.shape[1]);
        var across = Math.Min(columns, count);
        var down = (count + across - 1) / across;

        // Each cell takes the padding above and to its left; the picture's right and lower edges come last.
        var cells = functional.pad(images.detach(), [padding, 0, padding, 0], PaddingModes.Constant, padValue); // (B, C, h, w)
        var (height, width) = (cells.shape[2], cells.shape[3]);
        var missing = across * down - count;
        if (missing > 0)
            cells = cat([cells, cells.new_full([missing, channels, height, width], padValue)]); // (rc, C, h, w)
        var grid = cells.view(down, across, channels, height, width) // (r, c, C, h, w)
            .permute(2, 0, 3, 1, 4) // (C, r, h, c, w)
            .reshape(channels, down * height, across * width); // (C, rh, cw)
        return functional.pad(grid, [0, padding, 0, padding], PaddingModes.Constant, padValue).MoveToOuterDisposeScope();
    }
}
