namespace GanKit;

/// <summary>A file of torch.save that stands as bytes in a pickle: so do storages pickle themselves.</summary>
internal static class NestedTorchFile
{
    internal static object? Read(StorageData file, PickleContext context)
    {
        if (context.Nesting == PickleContext.DeepestNesting)
            throw new CheckpointFormatException($"files lie within files more than {PickleContext.DeepestNesting} levels deep.");
        context.Budget.Copy(file.Length);
        var inner = new PickleContext(context.Budget, context.Nesting + 1);
        Span<byte> head = stackalloc byte[(int)Math.Min(file.Length, 32)];
        file.Read(0, head);
        return head.StartsWith("PK\x03\x04"u8) ? TorchZip.Read(file, inner)
            : TorchLegacy.Matches(head) ? TorchLegacy.Read(file, inner, "the file within")
            : throw new CheckpointFormatException("the bytes of a storage are no file of torch.save.");
    }
}
