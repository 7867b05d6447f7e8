using static TorchSharp.torch;

namespace GanKit;

/// <summary>Reads many tensors of a file. Those that share memory there share it here, so a file never takes more than its size.</summary>
internal static class TensorReader
{
    /// <summary>Reads them all; the caller owns them. Views of one storage keep being views of one memory.</summary>
    /// <exception cref="CheckpointFormatException">One can't be read; the message names it. None is left behind.</exception>
    internal static Dictionary<string, Tensor> ReadAll(IReadOnlyDictionary<string, PyTorchTensor> tensors)
    {
        NativeBackend.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var read = new Dictionary<string, Tensor>();
        foreach (var shared in tensors.GroupBy(entry => (entry.Value.Storage, entry.Value.Dtype)))
        {
            var views = shared.ToArray();
            var start = views.Min(view => view.Value.Offset);
            var end = views.Max(view => view.Value.Offset + view.Value.Extent);
            try
            {
                if (views.Select(view => view.Value.Unreadable).FirstOrDefault(reason => reason is not null) is { } reason)
                    throw new CheckpointFormatException($"it can't be read: {reason}.");
                var elements = PyTorchTensor.ReadElements(shared.Key.Storage, shared.Key.Dtype, start, end - start);
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
