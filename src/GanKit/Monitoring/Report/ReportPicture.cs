using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Monitoring;

/// <summary>What the generator made after a step, as the bytes of a WebP file.</summary>
internal sealed record ReportPicture(long Step, byte[] Bytes)
{
    /// <summary>How many bytes a picture may have: 40 of them are less than 3 MB in base 64.</summary>
    internal const int MostBytes = 54_000;

    private const long LongestSide = 1024;

    private static readonly int[] Qualities = [90, 75, 55];

    /// <summary>Encodes a picture (C, H, W) in [-1, 1] in the best quality and size in which it is small enough.</summary>
    internal static ReportPicture Of(long step, Tensor picture)
    {
        using var scope = NewDisposeScope();
        var encoder = ImageEncoder.For(".webp");
        var side = Math.Min(LongestSide, Math.Max(picture.shape[1], picture.shape[2]));
        while (true)
        {
            var pixels = PixelBuffer.FromTensor(Shrink(picture, side));
            foreach (var quality in Qualities)
            {
                var bytes = encoder.Encode(pixels, quality);
                if (bytes.Length <= MostBytes)
                    return new(step, bytes);
            }

            side = side * 3 / 4;
        }
    }

    private static Tensor Shrink(Tensor picture, long side)
    {
        var (height, width) = (picture.shape[1], picture.shape[2]);
        var longest = Math.Max(height, width);
        if (longest <= side)
            return picture;
        long[] size = [Math.Max(1, height * side / longest), Math.Max(1, width * side / longest)];
        return functional.interpolate(picture.to(float32).unsqueeze(0), size, mode: InterpolationMode.Area).squeeze(0);
    }
}
