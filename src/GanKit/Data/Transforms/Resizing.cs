using static TorchSharp.torch;

namespace GanKit;

/// <summary>See <see cref="ImageTransform.Resize(int, Interpolation)"/>.</summary>
internal sealed class ShorterSideResize : ImageTransform
{
    private readonly int _shorterSide;
    private readonly Interpolation _interpolation;

    internal ShorterSideResize(int shorterSide, Interpolation interpolation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shorterSide, 1);
        (_shorterSide, _interpolation) = (shorterSide, interpolation);
    }

    public override Func<Tensor, Tensor> Draw(Random random) => image =>
    {
        var (height, width) = SizeFor(image.shape[1], image.shape[2]);
        return _interpolation.Resize(image, height, width);
    };

    internal override Func<LazyImage, LazyImage> DrawLazily(Random random, Workbench bench) => image =>
    {
        var (height, width) = SizeFor(image.Height, image.Width);
        return _interpolation.Resize(image, height, width, bench);
    };

    private (int Height, int Width) SizeFor(long height, long width)
    {
        var shorter = Math.Min(height, width);
        return ((int)(height * _shorterSide / shorter), (int)(width * _shorterSide / shorter));
    }
}

/// <summary>See <see cref="ImageTransform.Resize(int, int, Interpolation)"/>.</summary>
internal sealed class ExactResize : ImageTransform
{
    private readonly int _height;
    private readonly int _width;
    private readonly Interpolation _interpolation;

    internal ExactResize(int height, int width, Interpolation interpolation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        (_height, _width, _interpolation) = (height, width, interpolation);
    }

    public override Func<Tensor, Tensor> Draw(Random random) => image => _interpolation.Resize(image, _height, _width);

    internal override Func<LazyImage, LazyImage> DrawLazily(Random random, Workbench bench) =>
        image => _interpolation.Resize(image, _height, _width, bench);
}
