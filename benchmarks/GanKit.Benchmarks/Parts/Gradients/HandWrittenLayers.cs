using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>The layers as users write them: plain operations, without a dispose scope or checks of their own.</summary>
internal static class HandWrittenLayers
{
    internal static Module<Tensor, Tensor> ConvBlock() => Sequential(
        Conv2d(64, 128, 4, stride: 2, padding: 1, bias: false), BatchNorm2d(128), LeakyReLU(0.2, inplace: true));

    internal static Module<Tensor, Tensor> ConvTransposeBlock() => Sequential(
        ConvTranspose2d(128, 64, 4, stride: 2, padding: 1, bias: false), BatchNorm2d(64), ReLU(inplace: true));

    internal static Work DownBlock(Tensor x)
    {
        var (conv1, conv2) = (Equalized(64, 64), Equalized(64, 128));
        return new([.. conv1.State, .. conv2.State], [x, .. conv1.State, .. conv2.State], () =>
            functional.avg_pool2d(Rectified(conv2.Apply(Rectified(conv1.Apply(x)))), 2));
    }

    internal static Work UpBlock(Tensor x)
    {
        var (conv1, conv2) = (Equalized(128, 64), Equalized(64, 64));
        return new([.. conv1.State, .. conv2.State], [x, .. conv1.State, .. conv2.State], () =>
        {
            var maps = functional.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Nearest); // (B, C, 2H, 2W)
            maps = Normalized(Rectified(conv1.Apply(maps)));
            return Normalized(Rectified(conv2.Apply(maps)));
        });
    }

    internal static Work ResidualBlock(Tensor x)
    {
        var body = Sequential(
            Conv2d(64, 64, 3, stride: 1, padding: 1, bias: false), InstanceNorm2d(64), ReLU(),
            Conv2d(64, 64, 3, stride: 1, padding: 1, bias: false), InstanceNorm2d(64));
        return new([.. body.parameters()], [x, .. body.parameters()], () => x + body.call(x));
    }

    internal static Work SelfAttention(Tensor x)
    {
        const long Channels = 64;
        var (theta, phi) = (Pointwise(Channels, Channels / 8), Pointwise(Channels, Channels / 8));
        var (g, o) = (Pointwise(Channels, Channels / 2), Pointwise(Channels / 2, Channels));
        var gamma = Parameter(zeros([]));
        Tensor[] state = [gamma, theta.weight, phi.weight, g.weight, o.weight];
        return new(state, [x, .. state], () =>
        {
            var query = theta.call(x).flatten(2).transpose(1, 2); // (B, HW, C/8)
            var key = functional.max_pool2d(phi.call(x), 2).flatten(2); // (B, C/8, HW/4)
            var value = functional.max_pool2d(g.call(x), 2).flatten(2); // (B, C/2, HW/4)
            var weights = functional.softmax(bmm(query, key), -1); // (B, HW, HW/4)
            var attended = bmm(value, weights.transpose(1, 2)).view(x.shape[0], Channels / 2, x.shape[2], x.shape[3]);
            return gamma * o.call(attended) + x;
        });

        static TorchSharp.Modules.Conv2d Pointwise(long inChannels, long outChannels) =>
            Conv2d(inChannels, outChannels, 1, bias: false);
    }

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

    private static Tensor Rectified(Tensor x) => functional.leaky_relu(x, 0.2);

    private static Tensor Normalized(Tensor x) => x / (x.square().mean([1], keepdim: true) + 1e-8).sqrt();
}
