namespace GanKit.Checkpoints;

/// <summary>A file of torch.save that stands as bytes in a pickle: so do storages pickle themselves.</summary>
internal static class NestedTorchFile
{
    internal static object? Read(StorageData file, PickleContext context)
    {
        if (context.Nesting == PickleContext.DeepestNesting)
        {
            throw new CheckpointFormatException(
                $"files lie within files more than {PickleContext.DeepestNesting} levels deep.");
        }

        context.Budget.Copy(file.Length);
        var inner = context with { FindPersistent = PickleContext.RefuseReference, Nesting = context.Nesting + 1 };
        Span<byte> head = stackalloc byte[(int)Math.Min(file.Length, 32)];
        file.Read(0, head);
        return TorchReader.Recognize(head) switch
        {
            CheckpointFormat.PyTorchZip => TorchZip.Read(file, inner),
            CheckpointFormat.PyTorchLegacy => TorchLegacy.Read(file, inner, "the file within"),
            _ => throw new CheckpointFormatException("the bytes of a storage are no file of torch.save."),
        };
    }
}
