using static TorchSharp.torch;

namespace GanKit;

/// <summary>See <see cref="ImageDataset.Take"/>.</summary>
internal sealed class FirstImages : ImageSource
{
    private readonly ImageSource source;

    internal FirstImages(ImageSource source, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, source.Count);
        (this.source, Count) = (source, count);
    }

    public override int Count { get; }

    public override IReadOnlyList<string> Classes => source.Classes;

    public override string Name(int index) => source.Name(index);

    public override Tensor Read(int index) => source.Read(index);

    public override long? Label(int index) => source.Label(index);
}
