using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary>What this machine can do at best: the fastest of a few large convolutions and a matrix product.</summary>
internal static class MachinePeak
{
    private const int Repetitions = 5;

    /// <summary>Measures GFLOP/s in this process, with libtorch's threads as they are.</summary>
    internal static double Measure(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return new[] { MatrixProduct(2048), Convolution(3, 1, 256, 256, 16), Convolution(4, 2, 128, 256, 64) }.Max();

        double MatrixProduct(long size)
        {
            var (a, b) = (randn(size, size).to(type), randn(size, size).to(type));
            return Best(() => a.matmul(b), 2.0 * size * size * size);
        }

        // On maps of 32 x 32, as wide as those of the networks measured here.
        double Convolution(long kernel, long stride, long inChannels, long outChannels, long batch)
        {
            const long Size = 32;
            var input = randn(batch, inChannels, Size, Size).to(type);
            var weight = randn(outChannels, inChannels, kernel, kernel).to(type);
            var outputs = batch * outChannels * (Size / stride) * (Size / stride);
            return Best(
                () => nn.functional.conv2d(input, weight, strides: [stride, stride], padding: [1, 1]),
                2.0 * outputs * inChannels * kernel * kernel);
        }
    }

    private static double Best(Func<Tensor> work, double flops)
    {
        work().Dispose();
        return flops / Timings.Of(() => work().Dispose(), Repetitions).Min / 1e6;
    }
}
