using static TorchSharp.torch;

namespace GanKit;

/// <summary>See <see cref="ImagePairs.Colorization"/>.</summary>
internal sealed class GreyAndColor(ImageSource colored, int inputChannels) : ImagePairSource
{
    public override int Count => colored.Count;

    public override string Name(int index) => colored.Name(index);

    public override (Tensor Input, Tensor Target) ReadPair(int index)
    {
        using var scope = NewDisposeScope();
        var target = colored.Read(index); // (3, H, W)
        var grey = 0.299 * target[0] + 0.587 * target[1] + 0.114 * target[2]; // (H, W)
        return (grey.expand(inputChannels, -1, -1).MoveToOuterDisposeScope(), target.MoveToOuterDisposeScope());
    }
}
