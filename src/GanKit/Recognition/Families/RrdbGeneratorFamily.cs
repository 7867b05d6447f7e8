using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>
/// ESRGAN's and Real-ESRGAN's generator (<see cref="RrdbGenerator"/>), under any of the three namings of its files.
/// </summary>
internal sealed class RrdbGeneratorFamily : NetworkFamily
{
    public override string Name => "RRDBNet";

    public override NetworkSpec? Propose(WeightLayout weights) => RrdbFileNaming.All
        .Select(naming => Propose(weights, naming)).FirstOrDefault(spec => spec is not null);

    private static Spec? Propose(WeightLayout weights, RrdbFileNaming naming)
    {
        if (weights[$"{naming.First}.weight"] is not [var width, var folded, 3, 3]
            || weights[$"{naming.DenseConvolution(0, 1, 1)}.weight"] is not [var growth, _, 3, 3]
            || weights[$"{naming.Last}.weight"] is not [var outChannels, _, 3, 3])
        {
            return null;
        }

        var blocks = 1;
        while (weights[$"{naming.DenseConvolution(blocks, 1, 1)}.weight"] is not null)
            blocks++;

        // As many channels go in as come out, save where squares of 2 x 2 or 4 x 4 pixels were folded into channels.
        var fold = folded == 16 * outChannels ? 4 : folded == 4 * outChannels ? 2 : 1;
        return new Spec(folded / (fold * fold), outChannels, width, blocks, growth, 4 / fold, naming);
    }

    internal sealed record Spec(
        long InChannels, long OutChannels, long Width, int Blocks, long Growth, int Scale, RrdbFileNaming Naming)
        : NetworkSpec
    {
        private int Fold => 4 / Scale;

        public override string Description =>
            $"RRDBNet (ESRGAN), {Words.Count(Blocks, "block")}, scale {Scale}, " +
            $"{InChannels} to {OutChannels} channels, width {Width}, growth {Growth}, {Naming.Description}";

        public override NetworkUse Use => NetworkUse.FromImages(InChannels, OutChannels) with
        {
            Multiple = Fold,
            Scale = Scale,
            Black = 0,
        };

        public override KeyMap KeyMap => Naming.MapOf(Blocks);

        public override IReadOnlyList<string> Notes => Fold == 1
            ? []
            : [$"its first layer takes {InChannels * Fold * Fold} channels: squares of {Fold} x {Fold} pixels " +
                $"in {Words.Count(InChannels, "channel")}, as BasicSR folds them"];

        public override WeightLayout Weights
        {
            get
            {
                var weights = new WeightLayout().Convolution(Naming.First, Width, InChannels * Fold * Fold, 3);
                for (var block = 0; block < Blocks; block++)
                {
                    for (var dense = 1; dense <= 3; dense++)
                    {
                        for (var layer = 1; layer <= 5; layer++)
                        {
                            var made = layer < 5 ? Growth : Width;
                            weights.Convolution(
                                Naming.DenseConvolution(block, dense, layer), made, Width + (layer - 1) * Growth, 3);
                        }
                    }
                }

                foreach (var name in Naming.Middle(Blocks))
                    weights.Convolution(name, Width, Width, 3);
                return weights.Convolution(Naming.Last, OutChannels, Width, 3);
            }
        }

        public override Module<Tensor, Tensor> Build() =>
            new RrdbGenerator(InChannels, OutChannels, Width, Blocks, Growth, Scale, Naming.Network);
    }
}
