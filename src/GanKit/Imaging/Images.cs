using System.Drawing;
using static TorchSharp.torch;

namespace GanKit.Data;

/// <summary>Image files to tensors and back.</summary>
/// <remarks>
/// Images are floating-point tensors in the range [-1, 1], channels first, as the networks take and make them; another
/// range can be stated when writing. All methods are safe to call from several threads at once.
/// </remarks>
public static class Images
{
    /// <summary>Reads an image file, upright as its EXIF orientation says.</summary>
    /// <remarks>
    /// The formats are png, jpeg, bmp, gif and webp (the first frame of an animation), and those of <paramref name="decoder"/>.
    /// Embedded colour profiles are not applied. Where a file has more frames, 16 bits a channel or transparent parts, or breaks
    /// off and is taken all the same, a warning goes to <see cref="System.Diagnostics.Trace"/>, one of a kind for a folder.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="channels">
    /// 1 for luma (0.299 R + 0.587 G + 0.114 B), 3 for RGB, 4 for RGB and alpha, not premultiplied; 3 by default.
    /// </param>
    /// <param name="background">The background where the image is transparent, but with 4 channels; white by
    /// default.
    /// </param>
    /// <param name="takeTruncated">
    /// Whether an image that breaks off is read as far as it goes, the rest black or grey, as Pillow's
    /// <c>LOAD_TRUNCATED_IMAGES</c> does; by default it is an error.
    /// </param>
    /// <param name="decoder">Reads the formats that the library does not, such as that of the package GanKit.ImageSharp; none by
    /// default.
    /// </param>
    /// <returns>
    /// A tensor (1, C, H, W) of 32-bit floats in [-1, 1] on the CPU, ready for a network; it belongs to the current
    /// dispose scope.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="channels"/> is not 1, 3 or 4.</exception>
    /// <exception cref="InvalidDataException">The file is not an image, truncated or damaged; the message names it.
    /// </exception>
    /// <exception cref="IOException">The file can't be opened.</exception>
    /// <exception cref="NativeBackendException">libtorch or Skia does not load.</exception>
    public static Tensor Read(string path, int channels = 3, Color? background = null, bool takeTruncated = false, IImageDecoder? decoder = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        NativeBackend.EnsureLoaded();
        using var scope = NewDisposeScope();
        return ImageDecoder.Read(path, channels, background, takeTruncated, decoder).unsqueeze(0).MoveToOuterDisposeScope(); // (1, C, H, W)
    }

    /// <summary>Writes one image to a file, replacing it; its extension picks the format.</summary>
    /// <remarks>
    /// A value v becomes the 8-bit value round(255 (v - low) / (high - low)) of the range, and what lies outside the range is clamped;
    /// where that is farther than the range is wide, a warning goes to <see cref="System.Diagnostics.Trace"/>, one for a folder.
    /// The folder is created if need be, and the file appears under its name only when it is complete.
    /// </remarks>
    /// <param name="path">
    /// A file name that ends in .png, .jpg, .jpeg (or another ending of JPEG's) or .webp, or as the <paramref name="encoder"/> says.
    /// </param>
    /// <param name="image">
    /// One image (C, H, W) or (1, C, H, W) with 1 (grey), 3 (RGB) or 4 (RGBA, not in JPEG) channels, of any
    /// floating-point type, on any device.
    /// </param>
    /// <param name="range">The values that are written as black and as full brightness; <see cref="ValueRange.Symmetric"/> by default.</param>
    /// <param name="quality">0 to 100, for JPEG and (lossy) WebP; PNG is lossless and ignores it. 95 by default.</param>
    /// <param name="encoder">
    /// Writes another format, such as those of the package GanKit.ImageSharp, with as many bits as it says; none by default.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The extension is unknown, the tensor is no single image, or holds NaN.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The quality is not within 0 to 100.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    /// <exception cref="NativeBackendException">Skia does not load.</exception>
    public static void Write(
        string path, Tensor image, ValueRange? range = null, int quality = 95, IImageEncoder? encoder = null)
    {
        var own = encoder is null ? ImageEncoder.For(path) : null;
        if (encoder is not null)
            ImageEncoder.Require(path, encoder);
        ArgumentOutOfRangeException.ThrowIfNegative(quality);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        var pixels = PixelBuffer.FromTensor(image, range, encoder?.Bits ?? 8, path);
        var bytes = encoder?.Encode(pixels) ?? own!.Encode(pixels, quality);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>Writes a batch of images to one file, side by side in rows.</summary>
    /// <param name="path">A file name that ends in .png, .jpg, .jpeg or .webp.</param>
    /// <param name="images">Images (B, C, H, W), otherwise as for <see cref="Write"/>.</param>
    /// <param name="columns">Images in a row; 8 by default, as torchvision's.</param>
    /// <param name="padding">Black pixels around each image; 2 by default, as torchvision's.</param>
    /// <param name="range">The values that are written as black and as full brightness; <see cref="ValueRange.Symmetric"/> by default.</param>
    /// <param name="quality">0 to 100, for JPEG and WebP; 95 by default.</param>
    /// <exception cref="ArgumentException">As for <see cref="Write"/> and <see cref="ImageGrid.Make"/>.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void WriteGrid(
        string path, Tensor images, int columns = 8, int padding = 2, ValueRange? range = null, int quality = 95)
    {
        using var grid = ImageGrid.Make(images, columns, padding, padValue: (range ?? ValueRange.Symmetric).Low);
        Write(path, grid, range, quality);
    }
}
