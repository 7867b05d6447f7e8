using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary>
/// The data of all workloads: fixed random images in memory, since values do not change how long a step takes.
/// </summary>
internal static class RandomImages
{
    /// <summary>Images (B, C, S, S) uniform in [-1, 1]; the same for the same seed.</summary>
    internal static Tensor Draw(long batchSize, long channels, long size, ulong seed = 1)
    {
        using var random = new Generator(seed, CPU);
        return rand([batchSize, channels, size, size], generator: random).mul_(2).sub_(1);
    }
}
