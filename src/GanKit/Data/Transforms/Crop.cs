using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>See <see cref="ImageTransform.CenterCrop"/> and <see cref="ImageTransform.RandomCrop"/>.</summary>
internal sealed class Crop : ImageTransform
{
    private readonly int height, width, padding;
    private readonly bool centred;

    internal Crop(int height, int width, int padding, bool centred)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        (this.height, this.width, this.padding, this.centred) = (height, width, padding, centred);
    }

    public override Func<Tensor, Tensor> Draw(Random random)
    {
        // Fractions, not pixels: they are drawn before any image is seen, and mean the same place in all of a sample's.
        var (down, right) = centred ? (0.5, 0.5) : (random.NextDouble(), random.NextDouble());
        return image =>
        {
            if (padding > 0)
                image = nn.functional.pad(image.unsqueeze(0), [padding, padding, padding, padding], PaddingModes.Reflect).squeeze(0);
            if (image.shape[1] < height || image.shape[2] < width)
                throw new InvalidOperationException($"A crop of {height} x {width} (height x width) doesn't fit into {image.shape[1]} x {image.shape[2]}; resize first.");
            return image
                .narrow(1, Offset(down, image.shape[1] - height), height)
                .narrow(2, Offset(right, image.shape[2] - width), width); // (C, height, width)
        };
    }

    private long Offset(double fraction, long spare) => centred ? spare / 2 : (long)(fraction * (spare + 1));
}
