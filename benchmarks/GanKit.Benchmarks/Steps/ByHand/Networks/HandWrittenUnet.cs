using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>pix2pix's U-Net, with batch norm and dropout.</summary>
internal static class HandWrittenUnet
{
    internal static Module<Tensor, Tensor> Generator(int downs, long width)
    {
        var level = new Level(8 * width, 8 * width);
        for (var extra = 5; extra < downs; extra++)
            level = new Level(8 * width, 8 * width, level, dropout: true);
        foreach (var maps in new[] { 4 * width, 2 * width, width })
            level = new Level(maps, 2 * maps, level);
        return Sequential(
            Conv2d(3, width, 4, stride: 2, padding: 1, bias: false), level,
            ReLU(inplace: true), ConvTranspose2d(2 * width, 3, 4, stride: 2, padding: 1), Tanh());
    }

    /// <summary>Halves and doubles again, around the levels inside it; its input skips all that.</summary>
    private sealed class Level : Module<Tensor, Tensor>
    {
        [ComponentName(Name = "layers")]
        private readonly Sequential _layers;

        internal Level(long outerMaps, long innerMaps, Level? inner = null, bool dropout = false) : base(nameof(Level))
        {
            _layers = Sequential(
                LeakyReLU(0.2, inplace: true), Conv2d(outerMaps, innerMaps, 4, stride: 2, padding: 1, bias: false));
            if (inner is not null)
                _layers.append(BatchNorm2d(innerMaps)).append(inner);
            _layers.append(ReLU(inplace: true))
                .append(ConvTranspose2d(
                    inner is null ? innerMaps : 2 * innerMaps, outerMaps, 4, stride: 2, padding: 1, bias: false))
                .append(BatchNorm2d(outerMaps));
            if (dropout)
                _layers.append(Dropout(0.5));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => cat([input, _layers.call(input)], 1);
    }
}
