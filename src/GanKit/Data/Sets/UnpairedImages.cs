using static TorchSharp.torch;

namespace GanKit;

/// <summary>See <see cref="ImageDataset.Unpaired"/>.</summary>
internal sealed class UnpairedImages(ImageSource inputs, ImageSource targets) : ImageSource
{
    public override int Count { get; } = inputs.Count == 0 || targets.Count == 0 ? 0 : Math.Max(
        inputs.Count, targets.Count);

    public override string Name(int index) => targets.Name(index % targets.Count);

    public override Tensor Read(int index) => targets.Read(index % targets.Count);

    internal override IReadOnlyList<string> LeftOut => [.. inputs.LeftOut, .. targets.LeftOut];

    internal override bool HasConditionImages => true;

    internal override ImageSample OpenSample(int index, Random? random, Workbench bench)
    {
        // Drawn, not dealt: pairs that come again each epoch would tie the domains together.
        var partner = random?.Next(targets.Count) ?? index % targets.Count;
        return new(targets.OpenNamed(partner, bench), inputs.OpenNamed(index % inputs.Count, bench));
    }

    internal override ImageSource First(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        return new UnpairedImages(
            inputs.First(Math.Min(count, inputs.Count)), targets.First(Math.Min(count, targets.Count)));
    }
}
