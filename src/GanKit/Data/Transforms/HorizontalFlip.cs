using static TorchSharp.torch;

namespace GanKit;

/// <summary>See <see cref="ImageTransform.FlipHorizontally"/>.</summary>
internal sealed class HorizontalFlip : ImageTransform
{
    private readonly double _probability;

    internal HorizontalFlip(double probability)
    {
        if (probability is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability lies between 0 and 1.");
        _probability = probability;
    }

    public override Func<Tensor, Tensor> Draw(Random random)
    {
        var flip = Choose(random);
        return image => flip ? image.flip(2) : image; // (C, H, W)
    }

    internal override Func<LazyImage, LazyImage> DrawLazily(Random random, Workbench bench)
    {
        var flip = Choose(random);
        return image => flip ? new FlippedImage(image) : image;
    }

    private bool Choose(Random random) => random.NextDouble() < _probability;
}
