using GanKit.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Inference;

/// <summary>A small network of every family, as it is and prepared.</summary>
internal static class InferenceFamilies
{
    internal static IReadOnlyDictionary<string, (Func<nn.Module> Make, Func<Tensor[]> Inputs, int Unfolded)> Families { get; } =
        new Dictionary<string, (Func<nn.Module> Make, Func<Tensor[]> Inputs, int Unfolded)>
        {
            ["mlp"] = (() => new MlpGenerator((1, 8, 8), latentSize: 6), () => [randn(5, 6)], 0),
            ["dcgan"] = (() => new DcganGenerator(16, width: 4, latentSize: 6), () => [randn(5, 6)], 0),
            ["dcgan discriminator"] = (() => new DcganDiscriminator(32, width: 4), () => [randn(5, 3, 32, 32)], 0),
            ["sn dcgan discriminator"] = (() => new SnDcganDiscriminator(width: 4), () => [randn(5, 3, 32, 32)], 0),
            // The first norm of each block and the last of all see sums.
            ["sngan"] = (() => new SnganGenerator(32, latentSize: 6, width: 8), () => [randn(5, 6)], 4),
            ["resnet instance"] = (() => new ResnetGenerator(width: 4, blocks: 2), () => [randn(3, 3, 16, 20)], 0),
            ["resnet batch"] = (
            () => new ResnetGenerator(width: 4, blocks: 2, norm: Norm.Batch, upsampling: Upsampling.ResizeConvolution)
            { InferenceMode = InferenceMode.RunningStatistics }, () => [randn(3, 3, 16, 20)], 0),
            ["resnet spectral"] = (
            () => new ResnetGenerator(
                width: 4, blocks: 2, norm: Norm.Batch, spectralNorm: true, paddingMode: PaddingModes.Zeros)
            { InferenceMode = InferenceMode.RunningStatistics }, () => [randn(3, 3, 16, 20)], 0),
            ["unet"] = (
            () => new UnetGenerator(downs: 3, width: 4) { InferenceMode = InferenceMode.RunningStatistics },
            () => [randn(3, 3, 16, 24)], 0),
            // As published: batch statistics, which nothing can hold.
            ["unet as trained"] = (() => new UnetGenerator(downs: 3, width: 4), () => [randn(3, 3, 16, 24)], 3),
            ["srgan"] = (() => new SrganGenerator(scale: 2, width: 4, blocks: 2), () => [rand(3, 3, 9, 7)], 0),
            ["rrdb"] = (() => new RrdbGenerator(width: 4, blocks: 1, growth: 2, scale: 2), () => [rand(3, 3, 8, 6)], 0),
            ["conditional dcgan"] = (
            () => new ConditionalDcganGenerator(Conditioning.Classes(3), 16, width: 4, latentSize: 6),
            () => [randn(5, 6), tensor(new long[] { 0, 2, 1, 1, 0 })], 0),
            ["conditional norm"] = (
            () => new ConditionalDcganGenerator(
                Conditioning.Attributes(3), 16, width: 4, latentSize: 6, conditionalNorm: true),
            () => [randn(5, 6), randn(5, 3)], 2), // whose scale depends on the condition
                                                  // And the last norm sees a sum.
            ["conditional sngan"] = (
            () => new ConditionalSnganGenerator(Conditioning.Classes(3), latentSize: 6, width: 8),
            () => [randn(5, 6), tensor(new long[] { 0, 2, 1, 1, 0 })], 7),
            ["patch discriminator"] = (() => new PatchDiscriminator(width: 4), () => [randn(2, 3, 32, 32)], 0),
            ["pixel discriminator"] = (() => new PixelDiscriminator(width: 4), () => [randn(2, 3, 8, 8)], 0),
            ["multi-scale discriminator"] = (
            () => new MultiScaleDiscriminator(scales: 2, width: 4, layers: 1, norm: Norm.Batch),
            () => [randn(2, 3, 32, 32)], 0),
            ["srgan discriminator"] = (() => new SrganDiscriminator(width: 4), () => [randn(2, 3, 32, 32)], 0),
            ["sngan discriminator"] = (() => new SnganDiscriminator(width: 8), () => [randn(2, 3, 32, 32)], 0),
            ["critic without spectral norm"] = (
            () => new SnganDiscriminator(width: 8, spectralNorm: false), () => [randn(2, 3, 32, 32)], 0),
            ["mlp discriminator"] = (() => new MlpDiscriminator((1, 8, 8)), () => [randn(2, 1, 8, 8)], 0),
            ["conditional discriminator"] = (
            () => new ConditionalDcganDiscriminator(Conditioning.Classes(3), 32, width: 4, joinFeatures: true),
            () => [randn(3, 3, 32, 32), tensor(new long[] { 0, 2, 1 })], 0),
            // By a factory: what is between its layers is its owner's business.
            ["blocks"] = (
            () => Sequential(
                ReflectionPad2d(1), Conv2d(3, 8, 3, bias: false), Norm.Batch.Create(8), ReLU(), new SnganGeneratorBlock(8, 8),
                ConvTranspose2d(8, 8, 4, stride: 2, padding: 1), Norm.Batch.Create(8), new SnganDiscriminatorBlock(8, 8, downsample: true),
                new EqualizedConv2d(8, 4, 3), Norm.Pixel.Create(4)), () => [randn(3, 3, 8, 8)], 4),
        };

    internal static Tensor[] Inputs(string name) => Families[name].Inputs();

    internal static Tensor Call(nn.Module network, Tensor[] inputs) => network is Module<Tensor, Tensor, Tensor> conditional
        ? conditional.call(inputs[0], inputs[1])
        : ((Module<Tensor, Tensor>)network).call(inputs[0]);

    /// <summary>A network whose norms have something to do.</summary>
    internal static nn.Module Make(string name, ScalarType dtype)
    {
        using var noGrad = no_grad();
        manual_seed(7);
        var network = Families[name].Make();
        foreach (var norm in network.modules().OfType<BatchNorm>())
        {
            norm.running_mean!.normal_(0, 0.3);
            norm.running_var!.uniform_(0.3, 2);
            norm.weight?.normal_(1, 0.3);
            norm.bias?.normal_(0, 0.3);
        }

        return network.to(dtype);
    }

    /// <summary>A prepared network of either kind.</summary>
    internal sealed class Prepared(string name, nn.Module network, InferenceOptions options) : IDisposable
    {
        private readonly nn.Module _fast = network switch
        {
            Module<Tensor, Tensor, Tensor> conditional => conditional.ForInference(options),
            IRebuildable => ((Module<Tensor, Tensor>)network).ForInference(options),
            _ => ((Module<Tensor, Tensor>)network).ForInference(
                () => (Module<Tensor, Tensor>)Families[name].Make(), options),
        };

        internal nn.Module Copy => (_fast as InferenceNetwork)?.Copy ?? ((ConditionalInferenceNetwork)_fast).Copy;

        public void Dispose() => _fast.Dispose();

        internal Tensor Call(Tensor[] inputs) => InferenceFamilies.Call(_fast, inputs);
    }
}
