using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary>
/// CycleGAN's pool of earlier images: once it is full, every second image is exchanged for a random one of them.
/// </summary>
internal sealed class HandWrittenPool(int size) : IDisposable
{
    private readonly List<Tensor> _images = [];
    private readonly Random _random = new(1);

    internal Tensor Exchange(Tensor images) => cat([.. images.split(1).Select(ExchangeOne)]);

    public void Dispose() => _images.ForEach(image => image.Dispose());

    private Tensor ExchangeOne(Tensor image)
    {
        if (_images.Count < size)
        {
            _images.Add(image.clone().DetachFromDisposeScope());
            return image;
        }

        if (_random.NextDouble() <= 0.5)
            return image;
        var place = _random.Next(size);
        using var old = _images[place];
        _images[place] = image.clone().DetachFromDisposeScope();
        return old.clone();
    }
}
