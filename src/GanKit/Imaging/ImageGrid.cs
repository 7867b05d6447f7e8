using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Data;

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
        {
            throw new ArgumentException(
                $"A grid is made of a batch of images (B, C, H, W), but the tensor has the shape {images.Describe()}. "
                + "Reshape it with .view(B, C, H, W), or a single image with .unsqueeze(0).", nameof(images));
        }

        if (images.numel() == 0)
        {
            throw new ArgumentException(
                "A grid needs at least one image with at least one pixel, but the tensor has the shape "
                + $"{images.Describe()}.", nameof(images));
        }

        using var scope = NewDisposeScope();
        var (count, channels) = (images.shape[0], images.shape[1]);
        var across = Math.Min(columns, count);
        var down = (count + across - 1) / across;

        // Each cell takes the padding above and to its left; the picture's right and lower edges come last.
        // (B, C, h, w)
        var cells = functional.pad(images.detach(), [padding, 0, padding, 0], PaddingModes.Constant, padValue);
        var (height, width) = (cells.shape[2], cells.shape[3]);
        var missing = across * down - count;
        if (missing > 0)
            cells = cat([cells, cells.new_full([missing, channels, height, width], padValue)]); // (rc, C, h, w)
        var grid = cells.view(down, across, channels, height, width) // (r, c, C, h, w)
            .permute(2, 0, 3, 1, 4) // (C, r, h, c, w)
            .reshape(channels, down * height, across * width); // (C, rh, cw)
        return functional.pad(grid, [0, padding, 0, padding], PaddingModes.Constant, padValue).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Orders batches so that a grid with as many columns has images that belong together in one row: input, output, truth.
    /// </summary>
    /// <param name="columns">Batches (B, C, H, W) of equal sizes; grey ones (B, 1, H, W) among coloured ones become
    /// coloured.
    /// </param>
    /// <returns>Images (n B, C, H, W) for n batches, row by row.</returns>
    /// <exception cref="ArgumentException">There is no batch, or their sizes differ.</exception>
    public static Tensor Rows(params IReadOnlyList<Tensor> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0)
            throw new ArgumentException("Rows need at least one batch of images.", nameof(columns));
        if (columns.FirstOrDefault(column => column.dim() != 4) is { } odd)
        {
            throw new ArgumentException(
                $"Rows are made of batches of images (B, C, H, W), but one has the shape {odd.Describe()}.",
                nameof(columns));
        }

        var channels = columns.Max(column => column.shape[1]);
        var (count, height, width) = (columns[0].shape[0], columns[0].shape[2], columns[0].shape[3]);
        foreach (var column in columns)
        {
            if (column.shape is not [var b, var c, var h, var w] || b != count || h != height || w != width
                || (c != channels && c != 1))
            {
                throw new ArgumentException(
                    "The batches of rows must have equal sizes, but they are "
                    + $"{string.Join(", ", columns.Select(each => each.Describe()))}.", nameof(columns));
            }
        }

        using var scope = NewDisposeScope();
        var coloured = columns.Select(column => column.detach().expand(count, channels, height, width));
        return stack(coloured, 1).flatten(0, 1).MoveToOuterDisposeScope(); // (n B, C, H, W)
    }
}
