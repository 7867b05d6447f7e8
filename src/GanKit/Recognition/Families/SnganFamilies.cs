using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>SNGAN's residual generator under mimicry's names (<see cref="SnganGenerator"/>).</summary>
internal sealed class SnganGeneratorFamily : NetworkFamily
{
    private const long BottomPixels = SnganLayout.BottomSize * SnganLayout.BottomSize;

    public override string Name => "SNGAN generator (mimicry)";

    public override NetworkSpec? Propose(WeightLayout weights)
    {
        if (weights["l1.weight"] is not [var bottom, var latentSize] || bottom % BottomPixels != 0)
            return null;
        foreach (var imageSize in SnganLayout.Sizes)
        {
            // The last convolution's number is two more than there are blocks.
            if (weights[$"c{SnganLayout.For(imageSize).GeneratorDivisors.Length + 1}.weight"] is [var channels, _, 3, 3])
                return new Spec(imageSize, channels, latentSize, bottom / BottomPixels);
        }

        return null;
    }

    internal sealed record Spec(long ImageSize, long Channels, long LatentSize, long Width) : NetworkSpec
    {
        public override string Description =>
            $"SNGAN generator (mimicry), {ImageSize} x {ImageSize} pixels, {Words.Count(Channels, "channel")}, " +
            $"latent {LatentSize}, width {Width}";

        public override NetworkUse Use => NetworkUse.FromLatents(LatentSize, Channels, ImageSize);

        protected override Module<Tensor, Tensor> Create(Device? device) => new SnganGenerator(ImageSize, Channels, LatentSize, Width);
    }
}

/// <summary>
/// SNGAN's residual discriminator under mimicry's names (<see cref="SnganDiscriminator"/>), with PyTorch's own spectral
/// normalisation or without any.
/// </summary>
internal sealed class SnganDiscriminatorFamily : NetworkFamily
{
    public override string Name => "SNGAN discriminator (mimicry)";

    public override NetworkSpec? Propose(WeightLayout weights)
    {
        var spectralNorm = weights["block1.c1.parametrizations.weight.original"] is not null;
        var weight = spectralNorm ? "parametrizations.weight.original" : "weight";
        if (weights[$"block1.c1.{weight}"] is not [var narrowest, var channels, 3, 3])
            return null;
        foreach (var imageSize in SnganLayout.Sizes)
        {
            var divisors = SnganLayout.For(imageSize).DiscriminatorDivisors;
            if (weights[$"l{divisors.Length + 1}.{weight}"] is [1, _])
                return new Spec(imageSize, channels, narrowest * divisors[0], spectralNorm);
        }

        return null;
    }

    internal sealed record Spec(long ImageSize, long Channels, long Width, bool SpectralNorm) : NetworkSpec
    {
        public override string Description =>
            $"SNGAN discriminator (mimicry), {ImageSize} x {ImageSize} pixels, {Words.Count(Channels, "channel")}, " +
            $"width {Width}{(SpectralNorm ? "" : ", without spectral norm")}";

        public override NetworkUse Use => NetworkUse.ToLogits(Channels, ImageSize);

        protected override Module<Tensor, Tensor> Create(Device? device) => new SnganDiscriminator(ImageSize, Channels, Width, SpectralNorm);
    }
}
