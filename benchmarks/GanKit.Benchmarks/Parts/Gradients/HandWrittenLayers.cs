using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>The layers as users write them: plain operations, without a dispose scope or checks of their own.</summary>
internal static class HandWrittenLayers
{
    internal static Work MinibatchStdDev(Tensor x) => new([], [x], () =>
    {
        const long Group = 4;
        var (batch, height, width) = (x.shape[0], x.shape[2], x.shape[3]);
        var y = x.reshape(Group, batch / Group, 1, x.shape[1], height, width); // (G, B/G, 1, C, H, W)
        y = y - y.mean([0]);
        y = (y.square().mean([0]) + 1e-8).sqrt(); // (B/G, 1, C, H, W)
        y = y.mean([2, 3, 4]).reshape(-1, 1, 1, 1).repeat(Group, 1, height, width); // (B, 1, H, W)
        return cat([x, y], 1);
    });

    internal static Work PixelNorm(Tensor x) => new([], [x], () => Normalized(x));

    internal static Func<Tensor, Work> EqualizedConv2d(long inChannels, long outChannels) => x =>
    {
        var conv = Equalized(inChannels, outChannels);
        return new(conv.State, [x, .. conv.State], () => conv.Apply(x));
    };

    internal static Work ConditionalBatchNorm2d(Tensor x, Tensor labels)
    {
        var norm = BatchNorm2d(128, affine: false);
        var table = Embedding(10, 2 * 128);
        return new([table.weight!, .. norm.buffers()], [x, table.weight!], () =>
        {
            var parts = table.call(labels).chunk(2, 1); // two (B, C)
            return parts[0].view(-1, 128, 1, 1) * norm.call(x) + parts[1].view(-1, 128, 1, 1);
        });
    }

    private static (Tensor[] State, Func<Tensor, Tensor> Apply) Equalized(long inChannels, long outChannels)
    {
        var (weight, bias) = (Parameter(randn(outChannels, inChannels, 3, 3)), Parameter(zeros(outChannels)));
        var scale = Math.Sqrt(2.0 / (inChannels * 9));
        return ([weight, bias], x => functional.conv2d(x, weight * scale, bias, padding: [1, 1]));
    }

    private static Tensor Normalized(Tensor x) => x / (x.square().mean([1], keepdim: true) + 1e-8).sqrt();
}
