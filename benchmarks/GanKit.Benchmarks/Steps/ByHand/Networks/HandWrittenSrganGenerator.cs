using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>SRGAN's generator, which enlarges four times.</summary>
internal sealed class HandWrittenSrganGenerator : Module<Tensor, Tensor>
{
    private const long Width = 64;

    [ComponentName(Name = "shallow")]
    private readonly Sequential _shallow = Sequential(Conv2d(3, Width, 9, padding: 4L), PReLU(1));
    [ComponentName(Name = "deep")]
    private readonly Sequential _deep = Sequential(
        new Block(), new Block(), new Block(), new Block(), new Block(),
        Conv2d(Width, Width, 3, padding: 1L), BatchNorm2d(Width));
    [ComponentName(Name = "enlarge")]
    private readonly Sequential _enlarge = Sequential(
        Conv2d(Width, 4 * Width, 3, padding: 1L), PixelShuffle(2), PReLU(1),
        Conv2d(Width, 4 * Width, 3, padding: 1L), PixelShuffle(2), PReLU(1),
        Conv2d(Width, 3, 9, padding: 4L), Tanh());

    internal HandWrittenSrganGenerator() : base(nameof(HandWrittenSrganGenerator)) => RegisterComponents();

    public override Tensor forward(Tensor images)
    {
        var maps = _shallow.call(images);
        return (_enlarge.call(maps + _deep.call(maps)) + 1) / 2; // (B, 3, 4H, 4W)
    }

    private sealed class Block : Module<Tensor, Tensor>
    {
        [ComponentName(Name = "layers")]
        private readonly Sequential _layers = Sequential(
            Conv2d(Width, Width, 3, padding: 1L), BatchNorm2d(Width), PReLU(1),
            Conv2d(Width, Width, 3, padding: 1L), BatchNorm2d(Width));

        internal Block() : base(nameof(Block)) => RegisterComponents();

        public override Tensor forward(Tensor input) => input + _layers.call(input);
    }
}
