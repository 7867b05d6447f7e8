using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>
/// TensorFlow 1's bilinear resizing with its default corners: a target pixel i lies at <c>i * scale</c>, not in the middle of what it covers, and
/// two neighbours make it, also when the image shrinks. In float32 and in torch-fidelity's order, so that no machine rounds otherwise.
/// </summary>
internal static class TensorFlowBilinear
{
    /// <summary>(B, C, H, W) of float32 to (B, C, size, size).</summary>
    internal static Tensor Resize(Tensor images, int size) => Along(Along(images, 3, size), 2, size);

    private static Tensor Along(Tensor images, int axis, int size)
    {
        var source = (int)images.shape[axis];
        var scale = (float)((double)source / size);
        var first = new long[size];
        var second = new long[size];
        var share = new float[size];
        for (var i = 0; i < size; i++)
        {
            var at = i * scale;
            first[i] = (long)at;
            second[i] = Math.Min(first[i] + 1, source - 1);
            share[i] = at - first[i];
        }

        var low = images.index_select(axis, tensor(first, device: images.device));
        var high = images.index_select(axis, tensor(second, device: images.device));
        var shares = tensor(share, device: images.device);
        return low + (high - low) * (axis == 3 ? shares : shares.view(-1, 1));
    }
}
