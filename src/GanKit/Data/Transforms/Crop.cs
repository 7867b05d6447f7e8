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
        var place = Choose(random);
        return image =>
        {
            if (_padding > 0)
            {
                image = nn.functional.pad(image.unsqueeze(0), [_padding, _padding, _padding, _padding],
                    PaddingModes.Reflect).squeeze(0);
            }

            var window = place(image.shape[1], image.shape[2]);
            return image.narrow(1, window.Top, window.Height).narrow(2, window.Left, window.Width); // (C, height, width)
        };
    }

    internal override Func<LazyImage, LazyImage> DrawLazily(Random random, Workbench bench)
    {
        var place = Choose(random);
        return image =>
        {
            if (_padding > 0)
                image = new PaddedImage(image, _padding);
            return new CroppedImage(image, place(image.Height, image.Width));
        };
    }

    /// <summary>Chooses a place in all images of a sample, which have one size.</summary>
    private Func<long, long, Window> Choose(Random random)
    {
        // Fractions, not pixels: they are drawn before any image is seen, and mean the same place in all of a sample's.
        var (down, right) = _centred ? (0.5, 0.5) : (random.NextDouble(), random.NextDouble());
        (long, long)? first = null;
        return (height, width) =>
        {
            // Images that belong together would show different parts without anybody noticing.
            first ??= (height, width);
            if (first != (height, width))
            {
                throw new InvalidOperationException(
                    "Images that belong together must have one size to be cropped alike, but one has "
                    + $"{Describe(first.Value)} (height x width) and another {Describe((height, width))}; resize both "
                    + "first.");
            }

            if (height < _height || width < _width)
            {
                throw new InvalidOperationException(
                    $"A crop of {_height} x {_width} (height x width) doesn't fit into {height} x {width}; resize first.");
            }

            return new(Offset(down, height - _height), Offset(right, width - _width), _height, _width);
        };

        string Describe((long Height, long Width) size) => $"{size.Height - 2 * _padding} x {size.Width - 2 * _padding}";
    }

    private int Offset(double fraction, long spare) => (int)(_centred ? spare / 2 : (long)(fraction * (spare + 1)));
}
