using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Earlier generated images, so that a discriminator sees more than the newest: while it fills, images pass and are kept; then each
/// image passes with probability one half, or changes places with one kept before.
/// </summary>
/// <remarks>
/// Shrivastava et al.: Learning from Simulated and Unsupervised Images through Adversarial Training, CVPR 2017, arXiv:1612.07828; the
/// rule for single images is CycleGAN's.
/// </remarks>
internal sealed class ImagePool : IDisposable
{
    private readonly List<Tensor> _images = [];
    private readonly int _size;
    private readonly Random _random;

    /// <param name="size">How many images are kept; 0 lets all pass.</param>
    /// <param name="random">Decides.</param>
    internal ImagePool(int size, Random random) => (_size, _random) = (size, random);

    public void Dispose()
    {
        _images.ForEach(image => image.Dispose());
        _images.Clear();
    }

    /// <summary>Puts images in, and takes as many out.</summary>
    /// <param name="images">New images (B, C, H, W); their graph is not kept.</param>
    /// <returns>Images of that shape, in the current dispose scope.</returns>
    internal Tensor Exchange(Tensor images)
    {
        images = images.detach();
        return _size == 0 ? images : cat([.. images.split(1).Select(ExchangeOne)]);
    }

    private Tensor ExchangeOne(Tensor image)
    {
        if (_images.Count < _size)
        {
            _images.Add(Keep(image));
            return image;
        }

        if (_random.NextDouble() <= 0.5)
            return image;
        var place = _random.Next(_size);
        using var old = _images[place];
        _images[place] = Keep(image);
        return old.clone(); // the current dispose scope owns it
    }

    private static Tensor Keep(Tensor image) => image.clone().DetachFromDisposeScope();
}
