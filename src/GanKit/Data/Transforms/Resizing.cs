using static TorchSharp.torch;

namespace GanKit;

/// <summary>See <see cref="ImageTransform.Resize(int, Interpolation)"/>.</summary>
internal sealed class ShorterSideResize : ImageTransform
{
    private readonly int shorterSide;
    private readonly Interpolation interpolation;

    internal ShorterSideResize(int shorterSide, Interpolation interpolation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shorterSide, 1);
        (this.shorterSide, this.interpolation) = (shorterSide, interpolation);
    }

    public override Func<Tensor, Tensor> Draw(Random random) => image =>
    {
        var (height, width) = (image.shape[1], image.shape[2]);
        var shorter = Math.Min(height, width);
        return interpolation.Resize(image, (int)(height * shorterSide / shorter), (int)(width * shorterSide / shorter));
    };
}

/// <summary>See <see cref="ImageTransform.Resize(int, int, Interpolation)"/>.</summary>
internal sealed class ExactResize : ImageTransform
{
    private readonly int height, width;
    private readonly Interpolation interpolation;

    internal ExactResize(int height, int width, Interpolation interpolation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        (this.height, this.width, this.interpolation) = (height, width, interpolation);
    }

    public override Func<Tensor, Tensor> Draw(Random random) => image => interpolation.Resize(image, height, width);
}
