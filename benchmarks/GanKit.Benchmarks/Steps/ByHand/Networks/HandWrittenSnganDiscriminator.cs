using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>SNGAN's residual discriminator for images of 32 x 32 pixels, of width 128, with spectral norm.</summary>
internal sealed class HandWrittenSnganDiscriminator : Module<Tensor, Tensor>
{
    private const long Width = 128;

    [ComponentName(Name = "blocks")]
    private readonly Sequential _blocks = Sequential(
        new Block(3, first: true, halve: true), new Block(Width, halve: true), new Block(Width), new Block(Width));
    [ComponentName(Name = "l5")]
    private readonly HandWrittenSpectralLinear _logit = new(Width, 1);

    internal HandWrittenSnganDiscriminator() : base(nameof(HandWrittenSnganDiscriminator)) => RegisterComponents();

    public override Tensor forward(Tensor images) =>
        _logit.call(functional.relu(_blocks.call(images)).sum([2, 3])); // (B, 1)

    /// <summary>The first block takes images, and so begins without an activation.</summary>
    private sealed class Block : Module<Tensor, Tensor>
    {
        [ComponentName(Name = "c1")]
        private readonly HandWrittenSpectralConv2d _c1;
        [ComponentName(Name = "c2")]
        private readonly HandWrittenSpectralConv2d _c2;
        [ComponentName(Name = "c_sc")]
        private readonly HandWrittenSpectralConv2d? _shortcut;
        private readonly bool _first;
        private readonly bool _halve;

        internal Block(long inChannels, bool first = false, bool halve = false) : base(nameof(Block))
        {
            (_first, _halve) = (first, halve);
            (_c1, _c2) = (new(inChannels, Width, 3), new(Width, Width, 3));
            _shortcut = halve ? new(inChannels, Width, 1) : null;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var residual = _c2.call(functional.relu(_c1.call(_first ? input : functional.relu(input))));
            if (_halve)
                residual = functional.avg_pool2d(residual, 2);
            return residual + Shortcut(input);
        }

        private Tensor Shortcut(Tensor input)
        {
            if (_shortcut is null)
                return input;
            return _first ? _shortcut.call(functional.avg_pool2d(input, 2)) : functional.avg_pool2d(
                _shortcut.call(input), 2);
        }
    }
}
