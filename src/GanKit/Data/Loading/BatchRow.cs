using static TorchSharp.torch;

namespace GanKit;

/// <summary>A sample's image in the memory of a batch.</summary>
/// <param name="Name">What to call it in messages.</param>
/// <param name="Rows">Images (N, C, H, W).</param>
/// <param name="Number">Which of them it is.</param>
internal sealed record BatchRow(string Name, Tensor Rows, int Number)
{
    /// <summary>(C, H, W).</summary>
    internal long[] Shape => Rows.shape[1..];
}
