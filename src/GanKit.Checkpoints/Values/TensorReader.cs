using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>
/// Reads many tensors of a file. Those that share memory there share it here, so a file never takes more than its size.
/// </summary>
internal static class TensorReader
{
    /// <summary>Reads them all; the caller owns them. Views of one storage keep being views of one memory.</summary>
    /// <exception cref="CheckpointFormatException">
    /// One can't be read; the message names it. None is left behind.
    /// </exception>
    internal static Dictionary<string, Tensor> ReadAll(IReadOnlyDictionary<string, PyTorchTensor> tensors)
    {
        NativeBackend.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var read = new Dictionary<string, Tensor>();
        foreach (var shared in tensors.GroupBy(entry => (entry.Value.Storage, entry.Value.Dtype, entry.Value.Pending)))
        {
            var views = shared.ToArray();
            var filled = views.Where(view => view.Value.Extent > 0).ToArray();
            var start = filled.Min(view => (long?)view.Value.Offset) ?? 0;
            var end = filled.Max(view => (long?)view.Value.Offset + view.Value.Extent) ?? 0;
            if (Array.Find(views, view => view.Value.Unreadable is not null) is { Value: { } unreadable, Key: var key })
                throw new CheckpointFormatException($"'{key}' can't be read: {unreadable.Unreadable}.");
            try
            {
                var elements = PyTorchTensor.ReadElements(shared.Key.Storage, shared.Key.Dtype, start, end - start);
                if (shared.Key.Pending is { } pending)
                    elements = pending.Apply(elements);
                foreach (var (name, view) in views)
                    read.Add(name, view.View(elements, start));
            }
            catch (CheckpointFormatException error)
            {
                throw new CheckpointFormatException($"'{views[0].Key}': {error.Message}", error);
            }
        }

        // In the order of the file, as PyTorch's state dicts are.
        return tensors.Keys.ToDictionary(name => name, name => read[name].MoveToOuterDisposeScope());
    }
}
