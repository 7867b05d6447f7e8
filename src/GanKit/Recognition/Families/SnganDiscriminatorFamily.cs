using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>
/// SNGAN's residual discriminator under mimicry's names (<see cref="SnganDiscriminator"/>), with PyTorch's own spectral
/// normalisation or without any.
/// </summary>
internal sealed class SnganDiscriminatorFamily : NetworkFamily
{
    public override string Name => "SNGAN discriminator (mimicry)";

    public override NetworkSpec? Propose(WeightLayout weights)
    {
        var spectralNorm = weights[SpectralNormWeights.WeightOf("block1.c1", spectralNorm: true)] is not null;
        if (weights[SpectralNormWeights.WeightOf("block1.c1", spectralNorm)] is not [var narrowest, var channels, 3, 3])
            return null;
        foreach (var imageSize in SnganLayout.Sizes)
        {
            var divisors = SnganLayout.For(imageSize).DiscriminatorDivisors;
            if (weights[SpectralNormWeights.WeightOf($"l{divisors.Length + 1}", spectralNorm)] is [1, _])
                return new Spec(imageSize, channels, narrowest * divisors[0], spectralNorm);
        }

        return null;
    }

    internal sealed record Spec(long ImageSize, long Channels, long Width, bool SpectralNorm) : NetworkSpec
    {
        public override string Description =>
            $"SNGAN discriminator (mimicry), {ImageSize} x {ImageSize} pixels, {Words.Count(Channels, "channel")}, " +
            $"width {Width}{(SpectralNorm ? "" : ", without spectral norm")}";

        public override NetworkUse Use => NetworkUse.Judging(Channels, ImageSize);

        public override WeightLayout Weights
        {
            get
            {
                var layout = SnganLayout.For(ImageSize);
                var maps = SnganLayout.Channels(Width, layout.DiscriminatorDivisors);
                var weights = new WeightLayout()
                    .Convolution("block1.c1", maps[0], Channels, 3, bias: true, SpectralNorm)
                    .Convolution("block1.c2", maps[0], maps[0], 3, bias: true, SpectralNorm)
                    .Convolution("block1.c_sc", maps[0], Channels, 1, bias: true, SpectralNorm);
                for (var index = 1; index < maps.Length; index++)
                {
                    var (name, before, after) = ($"block{index + 1}", maps[index - 1], maps[index]);
                    weights.Convolution($"{name}.c1", before, before, 3, bias: true, SpectralNorm)
                        .Convolution($"{name}.c2", after, before, 3, bias: true, SpectralNorm);
                    if (index < maps.Length - layout.PlainBlocks || before != after)
                        weights.Convolution($"{name}.c_sc", after, before, 1, bias: true, SpectralNorm);
                }

                return weights.Linear($"l{maps.Length + 1}", 1, maps[^1], SpectralNorm);
            }
        }

        public override Module<Tensor, Tensor> Build() => new SnganDiscriminator(ImageSize, Channels, Width, SpectralNorm);
    }
}
