using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>SNGAN's residual generator for images of 32 x 32 pixels, of width 256.</summary>
internal sealed class HandWrittenSnganGenerator : Module<Tensor, Tensor>
{
    private const long Width = 256;

    [ComponentName(Name = "l1")]
    private readonly Linear _dense = Linear(128, Width * 4 * 4);
    [ComponentName(Name = "blocks")]
    private readonly Sequential _blocks = Sequential(new Block(), new Block(), new Block());
    [ComponentName(Name = "image")]
    private readonly Sequential _image = Sequential(
        BatchNorm2d(Width), ReLU(inplace: true), Conv2d(Width, 3, 3, padding: 1L), Tanh());

    internal HandWrittenSnganGenerator() : base(nameof(HandWrittenSnganGenerator)) => RegisterComponents();

    public override Tensor forward(Tensor latents)
    {
        var maps = _dense.call(latents).reshape(-1, Width, 4, 4);
        return _image.call(_blocks.call(maps)); // (B, 3, 32, 32)
    }

    /// <summary>Doubles height and width.</summary>
    private sealed class Block : Module<Tensor, Tensor>
    {
        [ComponentName(Name = "c1")]
        private readonly Conv2d _c1 = Conv2d(Width, Width, 3, padding: 1L);
        [ComponentName(Name = "c2")]
        private readonly Conv2d _c2 = Conv2d(Width, Width, 3, padding: 1L);
        [ComponentName(Name = "b1")]
        private readonly BatchNorm2d _b1 = BatchNorm2d(Width);
        [ComponentName(Name = "b2")]
        private readonly BatchNorm2d _b2 = BatchNorm2d(Width);
        [ComponentName(Name = "c_sc")]
        private readonly Conv2d _shortcut = Conv2d(Width, Width, 1);

        internal Block() : base(nameof(Block)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var residual = _c1.call(Double(functional.relu(_b1.call(input))));
            residual = _c2.call(functional.relu(_b2.call(residual)));
            return residual + _shortcut.call(Double(input));
        }

        private static Tensor Double(Tensor maps) =>
            functional.interpolate(maps, scale_factor: [2, 2], mode: InterpolationMode.Bilinear, align_corners: false);
    }
}
