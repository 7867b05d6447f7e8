using GanKit.Data;
using static TorchSharp.torch;

namespace GanKit.Benchmarks.Learning;

/// <summary>Whole data sets as tensors.</summary>
internal static class Tensors
{
    /// <summary>
    /// All pictures in their own order: (N, C, H, W), and their labels (N), which are empty where there are none.
    /// </summary>
    internal static (Tensor Images, Tensor Labels) Of(ImageDataset data)
    {
        using var scope = NewDisposeScope();
        var (images, labels) = (new List<Tensor>(), new List<Tensor>());
        foreach (var batch in data.Batches(100, shuffle: false, dropLast: false))
        {
            images.Add(batch.Real.clone()); // the batch is gone when the next comes
            labels.Add(batch.Condition?.clone() ?? empty(0, dtype: int64));
        }

        return (cat(images).MoveToOuterDisposeScope(), cat(labels).MoveToOuterDisposeScope());
    }
}
