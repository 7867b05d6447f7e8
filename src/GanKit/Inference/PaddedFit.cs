using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>See <see cref="PictureFit.PadAndCrop"/>.</summary>
internal sealed class PaddedFit : PictureFit
{
    public override Tensor Run(Tensor pictures, PictureSizes sizes, Func<Tensor, Tensor> network) =>
        Run(pictures, sizes.AtLeast(pictures.size(2)), sizes.AtLeast(pictures.size(3)), network);

    /// <summary>Pictures grow to a size, and the result is cut to what they were.</summary>
    internal static Tensor Run(Tensor pictures, long tall, long wide, Func<Tensor, Tensor> network)
    {
        var (height, width) = (pictures.size(2), pictures.size(3));
        var top = Extend(ref pictures, dimension: 2, tall);
        var left = Extend(ref pictures, dimension: 3, wide);
        var output = network(pictures);
        var scale = ScaleOf(output, tall, wide);
        return output.narrow(2, top * scale, height * scale).narrow(3, left * scale, width * scale);
    }

    /// <summary>The factor by which output pictures are larger than input pictures.</summary>
    internal static long ScaleOf(Tensor output, long height, long width)
    {
        if (output.shape is [_, _, var tall, var wide] && tall >= height && tall % height == 0
            && wide == tall / height * width)
        {
            return tall / height;
        }

        throw new ArgumentException(
            $"The network turns images into images of the same size or a whole number of times larger, but it made " +
            $"{output.Describe()} of {height} x {width} pixels.");
    }

    // A reflection adds at most one pixel less than there are, so it may take several.
    private static long Extend(ref Tensor pictures, int dimension, long target)
    {
        var front = 0L;
        for (var size = pictures.size(dimension); size < target; size = pictures.size(dimension))
        {
            var most = Math.Max(size - 1, 1);
            var before = Math.Min((target - size) / 2, most);
            var after = Math.Min(target - size - before, most);
            var mode = size > 1 ? PaddingModes.Reflect : PaddingModes.Replicate;
            pictures = functional.pad(pictures, dimension == 2 ? [0, 0, before, after] : [before, after, 0, 0], mode);
            front += before;
        }

        return front;
    }
}
