namespace GanKit;

/// <summary>See <see cref="ImagePairs.Colorization"/>.</summary>
internal sealed class GreyAndColor(ImageSource colored, int inputChannels) : LazyPairSource
{
    public override int Count => colored.Count;

    public override string Name(int index) => colored.Name(index);

    internal override IReadOnlyList<string> LeftOut => colored.LeftOut;

    internal override (LazyImage Input, LazyImage Target) OpenPair(int index, Workbench bench)
    {
        var target = colored.Open(index, bench);
        return (new LumaImage(target, inputChannels), target);
    }
}
