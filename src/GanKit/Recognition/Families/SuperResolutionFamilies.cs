using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>SRGAN's generator as leftthomas wrote it (<see cref="SrganGenerator"/>).</summary>
internal sealed class SrganGeneratorFamily : NetworkFamily
{
    private const int MostDoublings = 3;

    public override string Name => "SRGAN generator (leftthomas)";

    public override NetworkSpec? Propose(WeightLayout weights)
    {
        if (weights["block1.0.weight"] is not [var width, var channels, 9, 9])
            return null;
        var blocks = 0;
        while (weights[$"block{blocks + 2}.conv1.weight"] is not null)
            blocks++;
        var doublings = 0;
        while (doublings < MostDoublings && weights[$"block{blocks + 3}.{doublings}.conv.weight"] is not null)
            doublings++;
        // The weights published in 2018 have a PReLU where the program has a batch norm since 2019.
        var trunkNorm = weights[$"block{blocks + 2}.1.bias"] is not null;
        return doublings == 0 ? null : new Spec(1 << doublings, channels, width, blocks, trunkNorm);
    }

    internal sealed record Spec(int Scale, long Channels, long Width, int Blocks, bool TrunkNorm) : NetworkSpec
    {
        public override string Description =>
            $"SRGAN generator (leftthomas), scale {Scale}, {Words.Count(Blocks, "block")}, " +
            $"{Words.Count(Channels, "channel")}, width {Width}{(TrunkNorm ? "" : ", PReLU after the blocks (2018)")}";

        public override NetworkUse Use => NetworkUse.FromImages(Channels, Channels) with { Scale = Scale, Range = ValueRange.Unit };

        protected override Module<Tensor, Tensor> Create(Device? device) => new SrganGenerator(Scale, Channels, Width, Blocks, TrunkNorm);
    }
}

/// <summary>SRGAN's discriminator as leftthomas wrote it (<see cref="SrganDiscriminator"/>).</summary>
internal sealed class SrganDiscriminatorFamily : NetworkFamily
{
    public override string Name => "SRGAN discriminator (leftthomas)";

    public override NetworkSpec? Propose(WeightLayout weights) =>
        weights["net.0.weight"] is [var width, var channels, 3, 3] && weights["net.24.weight"] is [_, _, 1, 1]
            ? new Spec(channels, width)
            : null;

    internal sealed record Spec(long Channels, long Width) : NetworkSpec
    {
        public override string Description =>
            $"SRGAN discriminator (leftthomas), {Words.Count(Channels, "channel")}, width {Width}";

        public override NetworkUse Use => NetworkUse.ToLogits(Channels) with { Range = ValueRange.Unit };

        protected override Module<Tensor, Tensor> Create(Device? device) => new SrganDiscriminator(Channels, Width);
    }
}

/// <summary>
/// ESRGAN's and Real-ESRGAN's generator (<see cref="RrdbGenerator"/>), under any of the three namings of its files.
/// </summary>
internal sealed class RrdbGeneratorFamily : NetworkFamily
{
    public override string Name => "RRDBNet";

    public override NetworkSpec? Propose(WeightLayout weights) => RrdbNames.All
        .Select(naming => Propose(weights, naming)).FirstOrDefault(spec => spec is not null);

    private static Spec? Propose(WeightLayout weights, RrdbNames naming)
    {
        if (weights[$"{naming.Others[0]}.weight"] is not [var width, var folded, 3, 3]
            || weights[$"{naming.Dense(0, 1, 1)}.weight"] is not [var growth, _, 3, 3]
            || weights[$"{naming.Others[^1]}.weight"] is not [var outChannels, _, 3, 3])
        {
            return null;
        }

        // A network of which the file has not half can't be meant: some 30 weights a block.
        var blocks = 1;
        while (15 * blocks < weights.Count && weights[$"{naming.Dense(blocks, 1, 1)}.weight"] is not null)
            blocks++;

        // As many channels go in as come out, save where squares of 2 x 2 or 4 x 4 pixels were folded into channels.
        var fold = folded == 16 * outChannels ? 4 : folded == 4 * outChannels ? 2 : 1;
        return new Spec(folded / (fold * fold), outChannels, width, blocks, growth, 4 / fold, naming);
    }

    internal sealed record Spec(
        long InChannels, long OutChannels, long Width, int Blocks, long Growth, int Scale, RrdbNames Naming)
        : NetworkSpec
    {
        private int Fold => 4 / Scale;

        public override string Description =>
            $"RRDBNet (ESRGAN), {Words.Count(Blocks, "block")}, scale {Scale}, " +
            $"{InChannels} to {OutChannels} channels, width {Width}, growth {Growth}, {Naming.Description}";

        public override NetworkUse Use => NetworkUse.FromImages(InChannels, OutChannels) with
        {
            PictureSizes = new(Fold),
            Scale = Scale,
            Range = ValueRange.Unit,
        };

        public override KeyMap KeyMap
        {
            get
            {
                if (Naming == RrdbNames.All[0])
                    return new();
                var names = Naming.ToNetwork(Blocks);
                return new KeyMap().Apply(name => names.GetValueOrDefault(name, name));
            }
        }

        public override IReadOnlyList<string> Notes => Fold == 1
            ? []
            : [$"its first layer takes {InChannels * Fold * Fold} channels: squares of {Fold} x {Fold} pixels " +
                $"in {Words.Count(InChannels, "channel")}, as BasicSR folds them"];

        protected override Module<Tensor, Tensor> Create(Device? device) =>
            new RrdbGenerator(InChannels, OutChannels, Width, Blocks, Growth, Scale);
    }
}
