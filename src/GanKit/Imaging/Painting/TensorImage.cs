using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>An image that is there already, as a tensor.</summary>
internal sealed class TensorImage : LazyImage
{
    private readonly Tensor _pixels;

    private TensorImage(Tensor pixels, int channels, int height, int width) : base(channels, height, width) =>
        _pixels = pixels;

    /// <summary>Takes a tensor (C, H, W), which has to live as long as the image is used.</summary>
    /// <param name="image">The tensor.</param>
    /// <param name="what">What to call it in messages.</param>
    /// <exception cref="InvalidOperationException">It has another number of dimensions.</exception>
    internal static TensorImage Of(Tensor image, string what)
    {
        if (image.dim() != 3)
        {
            throw new InvalidOperationException(
                $"{what} has shape {image.Describe()}, but an image is (channels, height, width).");
        }

        var pixels = image.detach().to(float32).cpu().contiguous();
        return new(pixels, (int)pixels.shape[0], (int)pixels.shape[1], (int)pixels.shape[2]);
    }

    internal override void Paint(Window part, Span<float> target, Workbench bench)
    {
        var pixels = MemoryMarshal.Cast<byte, float>(_pixels.bytes);
        for (var c = 0; c < Channels; c++)
            for (var y = 0; y < part.Height; y++)
                pixels.Slice((c * Height + part.Top + y) * Width + part.Left, part.Width)
                    .CopyTo(target[(c * part.Area + y * part.Width)..]);
        GC.KeepAlive(_pixels);
    }
}
