using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>DCGAN's generator as in pytorch/examples, of any size (<see cref="DcganGenerator"/>).</summary>
internal sealed class DcganGeneratorFamily : NetworkFamily
{
    private const int FewestDoublings = 2;
    private const int MostDoublings = 6;

    public override string Name => "DCGAN generator (pytorch/examples)";

    public override NetworkSpec? Propose(WeightLayout weights)
    {
        if (weights["main.0.weight"] is not [var latentSize, _, 4, 4] || weights["main.1.weight"] is not [_])
            return null;
        var doublings = 0;
        while (doublings < MostDoublings && weights[$"main.{3 * (doublings + 1)}.weight"] is not null)
            doublings++;
        return doublings >= FewestDoublings && weights[$"main.{3 * doublings}.weight"] is [var width, var channels, _, _]
            ? new Spec(4L << doublings, channels, latentSize, width)
            : null;
    }

    internal sealed record Spec(long ImageSize, long Channels, long LatentSize, long Width) : NetworkSpec
    {
        public override string Description =>
            $"DCGAN generator (pytorch/examples), {ImageSize} x {ImageSize} pixels, {Words.Count(Channels, "channel")}, " +
            $"latent {LatentSize}, width {Width}";

        public override NetworkUse Use => NetworkUse.FromLatents(LatentSize, Channels, ImageSize);

        protected override Module<Tensor, Tensor> Create(Device? device) => new DcganGenerator(ImageSize, Channels, LatentSize, Width);
    }
}

/// <summary>DCGAN's discriminator as in pytorch/examples, of any size (<see cref="DcganDiscriminator"/>).</summary>
internal sealed class DcganDiscriminatorFamily : NetworkFamily
{
    private const int FewestHalvings = 2;
    private const int MostHalvings = 6;

    public override string Name => "DCGAN discriminator (pytorch/examples)";

    public override NetworkSpec? Propose(WeightLayout weights)
    {
        if (weights["main.0.weight"] is not [var width, var channels, 4, 4] || weights["main.2.weight"] is not [_, _, 4, 4])
            return null;
        var halvings = 1;
        while (halvings < MostHalvings && weights[$"main.{3 * halvings + 2}.weight"] is not null)
            halvings++;
        return halvings >= FewestHalvings ? new Spec(4L << halvings, channels, width) : null;
    }

    internal sealed record Spec(long ImageSize, long Channels, long Width) : NetworkSpec
    {
        public override string Description =>
            $"DCGAN discriminator (pytorch/examples), {ImageSize} x {ImageSize} pixels, " +
            $"{Words.Count(Channels, "channel")}, width {Width}";

        public override NetworkUse Use => NetworkUse.ToLogits(Channels, ImageSize);

        protected override Module<Tensor, Tensor> Create(Device? device) => new DcganDiscriminator(ImageSize, Channels, Width);
    }
}

/// <summary>
/// The convolutional discriminator of the spectral normalisation paper (<see cref="SnDcganDiscriminator"/>).
/// </summary>
internal sealed class SnDcganDiscriminatorFamily : NetworkFamily
{
    private const int FewestHalvings = 2;
    private const int MostHalvings = 6;

    public override string Name => "SN-DCGAN discriminator";

    public override NetworkSpec? Propose(WeightLayout weights)
    {
        if (weights[WeightOf(0)] is not [var width, var channels, 3, 3])
            return null;
        var halvings = 0;
        while (halvings < MostHalvings && weights[WeightOf(2 * halvings + 1)] is [_, _, 4, 4])
            halvings++;
        return halvings >= FewestHalvings ? new Spec(4L << halvings, channels, width) : null;
    }

    /// <summary>The weight of the n-th convolution; activations have the odd numbers.</summary>
    private static string WeightOf(int n) => $"main.{2 * n}.parametrizations.weight.original";

    internal sealed record Spec(long ImageSize, long Channels, long Width) : NetworkSpec
    {
        public override string Description =>
            $"SN-DCGAN discriminator, {ImageSize} x {ImageSize} pixels, {Words.Count(Channels, "channel")}, width {Width}";

        public override NetworkUse Use => NetworkUse.ToLogits(Channels, ImageSize);

        protected override Module<Tensor, Tensor> Create(Device? device) => new SnDcganDiscriminator(ImageSize, Channels, Width);
    }
}
