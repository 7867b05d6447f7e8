using static TorchSharp.torch;

namespace GanKit;

/// <summary>Pairs that the library reads itself: they are opened, and read by painting what was opened.</summary>
internal abstract class LazyPairSource : ImagePairSource
{
    internal abstract override (LazyImage Input, LazyImage Target) OpenPair(int index, Workbench bench);

    public sealed override (Tensor Input, Tensor Target) ReadPair(int index)
    {
        var bench = new Workbench();
        var (input, target) = OpenPair(index, bench);
        return (input.ToTensor(bench), target.ToTensor(bench));
    }
}
