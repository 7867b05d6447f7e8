using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>See <see cref="ImageTransform.CenterCrop"/> and <see cref="ImageTransform.RandomCrop"/>.</summary>
internal sealed class Crop : ImageTransform
{
    private readonly int _height;
    private readonly int _width;
    private readonly int _padding;
    private readonly bool _centred;

    internal Crop(int height, int width, int padding, bool centred)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        (_height, _width, _padding, _centred) = (height, width, padding, centred);
    }

    public override Func<Tensor, Tensor> Draw(Random random)
    {
        // Fractions, not pixels: they are drawn before any image is seen, and mean the same place in all of a sample's.
        var (down, right) = _centred ? (0.5, 0.5) : (random.NextDouble(), random.NextDouble());
        long[]? first = null;
        return image =>
        {
            // Images that belong together would show different parts without anybody noticing.
            first ??= image.shape;
            if (!image.shape.AsSpan(1).SequenceEqual(first.AsSpan(1)))
                throw new InvalidOperationException($"Images that belong together must have one size to be cropped alike, but one has {first[1]} x {first[2]} (height x width) and another {image.shape[1]} x {image.shape[2]}; resize both first.");
            if (_padding > 0)
                image = nn.functional.pad(image.unsqueeze(0), [_padding, _padding, _padding, _padding], PaddingModes.Reflect).squeeze(0);
            if (image.shape[1] < _height || image.shape[2] < _width)
                throw new InvalidOperationException($"A crop of {_height} x {_width} (height x width) doesn't fit into {image.shape[1]} x {image.shape[2]}; resize first.");
            return image
                .narrow(1, Offset(down, image.shape[1] - _height), _height)
                .narrow(2, Offset(right, image.shape[2] - _width), _width); // (C, height, width)
        };
    }

    private long Offset(double fraction, long spare) => _centred ? spare / 2 : (long)(fraction * (spare + 1));
}
