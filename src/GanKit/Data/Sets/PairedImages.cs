using static TorchSharp.torch;

namespace GanKit;

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

    public override Tensor Read(int index) => _targets.Read(index);

    internal override IReadOnlyList<string> LeftOut => [.. _inputs.LeftOut, .. _targets.LeftOut];

    internal override bool HasConditionImages => true;

    internal override ImageSample OpenSample(int index, Random? random, Workbench bench) =>
        new(_targets.OpenNamed(index, bench), _inputs.OpenNamed(index, bench), Aligned: true);
}
