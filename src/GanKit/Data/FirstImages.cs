using static TorchSharp.torch;

namespace GanKit;

/// <summary>See <see cref="ImageDataset.Take"/>.</summary>
internal sealed class FirstImages : ImageSource
{
    private readonly ImageSource _source;

    internal FirstImages(ImageSource source, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, source.Count);
        (_source, Count) = (source, count);
    }

    public override int Count { get; }

    public override IReadOnlyList<string> Classes => _source.Classes;

    public override IReadOnlyList<string> Attributes => _source.Attributes;

    public override string Name(int index) => _source.Name(index);

    public override Tensor Read(int index) => _source.Read(index);

    public override long? Label(int index) => _source.Label(index);

    public override ReadOnlySpan<float> AttributesOf(int index) => _source.AttributesOf(index);

    internal override IReadOnlyList<string> LeftOut => _source.LeftOut;

    internal override bool HasConditionImages => _source.HasConditionImages;

    internal override LazyImage Open(int index, Workbench bench) => _source.Open(index, bench);

    internal override ImageSample OpenSample(int index, Random? random, Workbench bench) =>
        _source.OpenSample(index, random, bench);
}
