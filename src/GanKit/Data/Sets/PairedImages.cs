namespace GanKit.Data;

/// <summary>See <see cref="ImageDataset.Paired"/>.</summary>
internal sealed class PairedImages : ImageSource
{
    private readonly ImageSource _inputs;
    private readonly ImageSource _targets;

    internal PairedImages(ImageSource inputs, ImageSource targets)
    {
        if (inputs.Count != targets.Count)
        {
            throw new ArgumentException(
                $"Pairs need as many inputs as targets, but there are {inputs.Count} inputs and {targets.Count} targets.",
                nameof(targets));
        }

        (_inputs, _targets) = (inputs, targets);
    }

    public override int Count => _targets.Count;

    public override string Name(int index) => _targets.Name(index);

    public override LazyImage Open(int index) => _targets.Open(index);

    internal override IReadOnlyList<ImageSource> Domains => [_inputs, _targets];

    internal override IReadOnlyList<string> LeftOut => [.. _inputs.LeftOut, .. _targets.LeftOut];

    internal override bool HasConditionImages => true;

    internal override ImageSample OpenSample(int index, Random? random) =>
        new(_targets.OpenNamed(index), _inputs.OpenNamed(index), Aligned: true);
}

/// <summary>See <see cref="ImageDataset.Unpaired"/>.</summary>
internal sealed class UnpairedImages(ImageSource inputs, ImageSource targets) : ImageSource
{
    public override int Count { get; } = inputs.Count == 0 || targets.Count == 0 ? 0 : Math.Max(
        inputs.Count, targets.Count);

    public override string Name(int index) => targets.Name(index % targets.Count);

    public override LazyImage Open(int index) => targets.Open(index % targets.Count);

    internal override IReadOnlyList<ImageSource> Domains => [inputs, targets];

    internal override IReadOnlyList<string> LeftOut => [.. inputs.LeftOut, .. targets.LeftOut];

    internal override bool HasConditionImages => true;

    internal override ImageSample OpenSample(int index, Random? random)
    {
        // Drawn, not dealt: pairs that come again each epoch would tie the domains together.
        var partner = random?.Next(targets.Count) ?? index % targets.Count;
        return new(targets.OpenNamed(partner), inputs.OpenNamed(index % inputs.Count));
    }

    internal override ImageSource First(int count) => new UnpairedImages(
        inputs.First(Math.Min(Checked(count), inputs.Count)), targets.First(Math.Min(count, targets.Count)));
}
