namespace GanKit.Checkpoints;

/// <summary>
/// Decides which tensors share a storage of the file. Those that overlap in memory do, and go on sharing it when they are
/// loaded. But a few columns of a large matrix do not bring all of it into the file, as they do in PyTorch: where tensors leave gaps
/// that would make the file larger than themselves, they are packed.
/// </summary>
internal static class StoragePlan
{
    /// <summary>Gives each tensor its place.</summary>
    internal static void Make(IEnumerable<SavedTensor> tensors)
    {
        foreach (var alike in tensors.GroupBy(tensor =>
            (tensor.Memory, tensor.Dtype, Shift: tensor.Start % tensor.Dtype.ElementSize, IsEmpty: tensor.Count == 0)))
        {
            if (alike.Key.IsEmpty)
            {
                foreach (var tensor in alike)
                    tensor.Place(new(tensor.Dtype, 0, _ => { }), 0, tensor.CompactStrides());
                continue;
            }

            foreach (var overlapping in Overlapping(alike))
                PlaceTogether(overlapping);
        }
    }

    /// <summary>Splits tensors of one memory into those that overlap, directly or through others.</summary>
    private static IEnumerable<List<SavedTensor>> Overlapping(IEnumerable<SavedTensor> tensors)
    {
        var (together, end) = (new List<SavedTensor>(), long.MinValue);
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Start))
        {
            if (tensor.Start >= end && together.Count > 0)
            {
                yield return together;
                together = [];
            }

            together.Add(tensor);
            end = Math.Max(end, tensor.End);
        }

        yield return together;
    }

    private static void PlaceTogether(List<SavedTensor> tensors)
    {
        // The same view twice, such as a weight under two names, is one.
        var views = tensors
            .GroupBy(tensor => $"{tensor.Start}: {string.Join(',', tensor.Shape)} by {string.Join(',', tensor.Strides)}")
            .ToArray();
        var (start, end) = (tensors[0].Start, tensors.Max(tensor => tensor.End));
        if (views.Sum(view => view.First().Count) * tensors[0].Dtype.ElementSize >= end - start)
        {
            PlaceWithGaps(tensors, start, end);
            return;
        }

        foreach (var view in views)
        {
            var first = view.First();
            if (first.Extent <= first.Count)
                PlaceWithGaps(view, first.Start, first.End);
            else
                Pack(view);
        }
    }

    private static void PlaceWithGaps(IEnumerable<SavedTensor> tensors, long start, long end)
    {
        var first = tensors.First();
        var count = (end - start) / first.Dtype.ElementSize;
        var storage = new SavedStorage(first.Dtype, count, sink => first.WriteMemory(start, count, sink));
        foreach (var tensor in tensors)
            tensor.Place(storage, (tensor.Start - start) / tensor.Dtype.ElementSize, tensor.Strides);
    }

    private static void Pack(IEnumerable<SavedTensor> views)
    {
        var first = views.First();
        var storage = new SavedStorage(first.Dtype, first.Count, first.WriteElements);
        foreach (var view in views)
            view.Place(storage, 0, first.CompactStrides());
    }
}
