using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>See <see cref="PictureFit.Resize"/>.</summary>
internal sealed class ResizedFit((long Height, long Width)? size) : PictureFit
{
    public override Tensor Run(Tensor pictures, PictureSizes sizes, Func<Tensor, Tensor> network)
    {
        var (height, width) = (pictures.size(2), pictures.size(3));
        var (tall, wide) = (sizes.Nearest(size?.Height ?? height), sizes.Nearest(size?.Width ?? width));
        var output = network(To(pictures, tall, wide));
        var scale = PaddedFit.ScaleOf(output, tall, wide);
        return To(output, height * scale, width * scale);
    }

    // In single precision at least, since antialiasing is not implemented for 16 bits everywhere.
    private static Tensor To(Tensor pictures, long height, long width) =>
        pictures.size(2) == height && pictures.size(3) == width
            ? pictures
            : functional.interpolate(
                pictures.element_size() < 4 ? pictures.to(float32) : pictures, [height, width],
                mode: InterpolationMode.Bilinear, align_corners: false, antialias: true).to(pictures.dtype);
}
