using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>CycleGAN's generator, with instance norm.</summary>
internal static class HandWrittenResnet
{
    internal static Module<Tensor, Tensor> Generator(int blocks, long width)
    {
        var layers = Sequential(ReflectionPad2d(3), Conv2d(3, width, 7), InstanceNorm2d(width), ReLU(inplace: true));
        foreach (var maps in new[] { width, 2 * width })
        {
            layers.append(Conv2d(maps, 2 * maps, 3, stride: 2, padding: 1)).append(InstanceNorm2d(2 * maps)).append(
                ReLU(inplace: true));
        }

        for (var i = 0; i < blocks; i++)
            layers.append(new Block(4 * width));
        foreach (var maps in new[] { 2 * width, width })
        {
            layers.append(ConvTranspose2d(2 * maps, maps, 3, stride: 2, padding: 1, output_padding: 1))
                .append(InstanceNorm2d(maps)).append(ReLU(inplace: true));
        }

        return layers.append(ReflectionPad2d(3)).append(Conv2d(width, 3, 7)).append(Tanh());
    }

    private sealed class Block : Module<Tensor, Tensor>
    {
        [ComponentName(Name = "layers")]
        private readonly Sequential _layers;

        internal Block(long maps) : base(nameof(Block))
        {
            _layers = Sequential(
                ReflectionPad2d(1), Conv2d(maps, maps, 3), InstanceNorm2d(maps), ReLU(inplace: true),
                ReflectionPad2d(1), Conv2d(maps, maps, 3), InstanceNorm2d(maps));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => input + _layers.call(input);
    }
}
