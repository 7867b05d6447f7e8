using System.Drawing;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>See <see cref="ImagePairs.SideBySide"/>.</summary>
internal sealed class SideBySideImages(
    string root, string[] files, PairDirection direction, int inputChannels, int targetChannels, Color? background) : ImagePairSource
{
    public override int Count => files.Length;

    public override string Name(int index) => Path.Combine(root, files[index]);

    public override (Tensor Input, Tensor Target) ReadPair(int index)
    {
        var path = Name(index);
        using var scope = NewDisposeScope();
        var file = File.ReadAllBytes(path);
        var forInput = ImageDecoder.Decode(file, path, inputChannels, background);
        // Grey and alpha are the decoder's business, so another number of channels is another decoding.
        var forTarget = inputChannels == targetChannels ? forInput : ImageDecoder.Decode(file, path, targetChannels, background);

        var half = forInput.shape[2] / 2;
        if (half == 0)
            throw new InvalidDataException($"The image '{path}' is one column wide; a pair needs two at least, side by side.");
        var ((inputStart, inputWidth), (targetStart, targetWidth)) = direction.Order((0L, half), (half, forInput.shape[2] - half));
        return (
            forInput.narrow(2, inputStart, inputWidth).MoveToOuterDisposeScope(), // (C, H, W / 2)
            forTarget.narrow(2, targetStart, targetWidth).MoveToOuterDisposeScope());
    }
}
