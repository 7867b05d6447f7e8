namespace GanKit.Tests.Data;

/// <summary>Folders of grey images that tell their number, so that a test sees which are where.</summary>
internal static class NumberedImages
{
    /// <summary>A folder of images whose grey is their number.</summary>
    internal static ImageDataset Numbered(this TemporaryFolder folder, int count)
    {
        for (var i = 0; i < count; i++)
            folder.WriteImage($"{i:000}.png", (byte)i);
        return ImageFolder.Load(folder.Path, channels: 1);
    }

    /// <summary>The numbers of a batch's images.</summary>
    internal static int[] Numbers(Batch batch) => Numbers(batch.Real);

    /// <summary>The numbers of images (B, C, H, W).</summary>
    internal static int[] Numbers(Tensor images)
    {
        using var scope = NewDisposeScope();
        return [.. Enumerable.Range(0, (int)images.shape[0]).Select(
            i => (int)Math.Round((images[i, 0, 0, 0].item<float>() + 1) * 127.5))];
    }

    internal static int[] Epoch(Batches batches) => [.. batches.SelectMany(Numbers)];
}
