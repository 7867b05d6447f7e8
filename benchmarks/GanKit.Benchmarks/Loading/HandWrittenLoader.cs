using System.Runtime.InteropServices;
using SkiaSharp;
using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary>
/// A loader as a competent user writes it with SkiaSharp and TorchSharp: decode, to a tensor, resize, crop, flip, stack.
/// </summary>
internal static class HandWrittenLoader
{
    /// <summary>One epoch, one image after the other.</summary>
    /// <returns>The number of images.</returns>
    internal static long Epoch(string[] paths, int batch, int size, int crop)
    {
        var images = 0L;
        foreach (var chunk in paths.Chunk(batch))
        {
            using var scope = NewDisposeScope();
            images += stack(chunk.Select(path => Read(path, size, crop))).shape[0];
        }

        return images;
    }

    /// <summary>One epoch, the images of a batch side by side.</summary>
    /// <returns>The number of images.</returns>
    internal static long ParallelEpoch(string[] paths, int batch, int size, int crop, int threads)
    {
        var images = 0L;
        foreach (var chunk in paths.Chunk(batch))
        {
            using var scope = NewDisposeScope();
            var tensors = new Tensor[chunk.Length];
            Parallel.For(
                0, chunk.Length, new ParallelOptions { MaxDegreeOfParallelism = threads },
                i => tensors[i] = Read(chunk[i], size, crop).DetachFromDisposeScope());
            images += stack(tensors).shape[0];
            foreach (var tensor in tensors)
                tensor.Dispose();
        }

        return images;
    }

    private static Tensor Read(string path, int size, int crop)
    {
        using var scope = NewDisposeScope();
        using var bitmap = SKBitmap.Decode(path);
        using var rgba = bitmap.Copy(SKColorType.Rgba8888);
        var pixels = new byte[rgba.ByteCount];
        Marshal.Copy(rgba.GetPixels(), pixels, 0, pixels.Length);
        // (3, H, W)
        var image = tensor(pixels, [rgba.Height, rgba.Width, 4]).narrow(2, 0, 3).permute(2, 0, 1).to(float32) / 127.5f - 1;
        image = nn.functional.interpolate(
            image.unsqueeze(0), [size, size], mode: InterpolationMode.Bilinear, align_corners: false, antialias: true)
                .squeeze(0);
        image = image.narrow(1, Random.Shared.Next(size - crop + 1), crop).narrow(
            2, Random.Shared.Next(size - crop + 1), crop);
        return (Random.Shared.Next(2) == 0 ? image.flip(2) : image).contiguous().MoveToOuterDisposeScope();
    }
}
