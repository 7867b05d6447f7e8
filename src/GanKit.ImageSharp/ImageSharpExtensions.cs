using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;
using static TorchSharp.torch;
using Color = System.Drawing.Color;

namespace GanKit.ImageSharp;

/// <summary>Images of ImageSharp to tensors and back.</summary>
/// <remarks>
/// Values have the precision of the pixel type, up to 16 bits a channel. Frames of one image are the pictures of a batch.
/// </remarks>
public static class ImageSharpExtensions
{
    /// <summary>The first frame as a tensor, upright as its EXIF orientation says.</summary>
    /// <typeparam name="TPixel">The type of a pixel.</typeparam>
    /// <param name="image">The image, which is left as it is.</param>
    /// <param name="channels">1 for luma (0.299 R + 0.587 G + 0.114 B), 3 for RGB, 4 for RGB and alpha; 3 by default.</param>
    /// <param name="background">The background where the image is transparent, but with 4 channels; white by default.</param>
    /// <returns>A tensor (C, H, W) of 32-bit floats in [-1, 1] on the CPU, in the current dispose scope.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="channels"/> is not 1, 3 or 4.</exception>
    public static Tensor ToTensor<TPixel>(this Image<TPixel> image, int channels = 3, Color? background = null)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        ArgumentNullException.ThrowIfNull(image);
        return ToTensor(image, 0, channels, background);
    }

    /// <summary>All frames as a batch: otherwise as <see cref="ToTensor{TPixel}(Image{TPixel}, int, Color?)"/>.</summary>
    /// <typeparam name="TPixel">The type of a pixel.</typeparam>
    /// <param name="image">The image, which is left as it is.</param>
    /// <param name="channels">1 for luma, 3 for RGB, 4 for RGB and alpha; 3 by default.</param>
    /// <param name="background">The background where the image is transparent, but with 4 channels; white by default.</param>
    /// <returns>A tensor (B, C, H, W), a frame a picture.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="channels"/> is not 1, 3 or 4.</exception>
    public static Tensor ToBatch<TPixel>(this Image<TPixel> image, int channels = 3, Color? background = null)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        ArgumentNullException.ThrowIfNull(image);
        using var scope = NewDisposeScope();
        var frames = Enumerable.Range(0, image.Frames.Count).Select(frame => ToTensor(image, frame, channels, background)).ToArray();
        return stack(frames).MoveToOuterDisposeScope();
    }

    /// <summary>A tensor as an image, a picture of a batch a frame.</summary>
    /// <typeparam name="TPixel">
    /// The type of a pixel, such as <see cref="Rgb24"/>; one that has no colour takes ImageSharp's luma, one without alpha leaves it out.
    /// </typeparam>
    /// <param name="images">
    /// (C, H, W) or (B, C, H, W) with 1, 3 or 4 channels, of any floating-point type, on any device.
    /// </param>
    /// <param name="range">The values that become black and full brightness; <see cref="ValueRange.Symmetric"/> by default.</param>
    /// <returns>An image that is the caller's to dispose.</returns>
    /// <exception cref="ArgumentException">The tensor is no image or batch of them, or holds NaN.</exception>
    public static Image<TPixel> ToImage<TPixel>(this Tensor images, ValueRange? range = null)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        ArgumentNullException.ThrowIfNull(images);
        using var scope = NewDisposeScope();
        var bits = Pixels.IsDeep<TPixel>() ? 16 : 8;
        var count = images.dim() == 4 ? (int)images.shape[0] : 1;
        if (count == 0)
            throw new ArgumentException("The batch has no images.", nameof(images));
        var first = Frame(0);
        for (var i = 1; i < count; i++)
        {
            using var next = Frame(i);
            first.Frames.AddFrame(next.Frames.RootFrame);
        }

        return first;

        Image<TPixel> Frame(int index) =>
            Pixels.ToImage<TPixel>(PixelBuffer.FromTensor(images.dim() == 4 ? images[index] : images, range, bits));
    }

    private static Tensor ToTensor<TPixel>(Image<TPixel> image, int frame, int channels, Color? background)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        using var upright = image.Frames.CloneFrame(frame);
        if (Pixels.Orientation(image) is > 1 and <= 8)
        {
            // AutoOrient looks only there, where a TIFF page has nothing, and writes into what it finds.
            upright.Metadata.ExifProfile = (image.Metadata.ExifProfile ?? image.Frames.RootFrame.Metadata.ExifProfile)!.DeepClone();
            upright.Mutate(context => context.AutoOrient());
        }

        return Pixels.Of(upright).ToTensor(channels, background);
    }
}
