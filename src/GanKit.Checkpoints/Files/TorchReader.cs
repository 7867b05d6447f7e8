namespace GanKit.Checkpoints;

/// <summary>Opens what torch.save and pickle.dump write, in any of their three formats.</summary>
internal static class TorchReader
{
    /// <summary>Which of torch.save's two formats begins so; null for neither.</summary>
    internal static CheckpointFormat? Recognize(ReadOnlySpan<byte> head) =>
        head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8) ? CheckpointFormat.PyTorchZip
        : TorchLegacy.Recognizes(head) ? CheckpointFormat.PyTorchLegacy
        : null;

    /// <exception cref="CheckpointFormatException">It is broken or refused.</exception>
    internal static CheckpointContent Open(string path, CheckpointFormat format)
    {
        var handle = CheckpointOpener.OpenHandle(path);
        try
        {
            return new(format, Read(new FileData(handle, 0, RandomAccess.GetLength(handle)), format), handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads bytes from anywhere.</summary>
    /// <exception cref="CheckpointFormatException">They are broken or refused.</exception>
    internal static object? Read(StorageData file, CheckpointFormat format)
    {
        var context = new PickleContext(new PickleBudget(file.Length));
        return format switch
        {
            CheckpointFormat.PyTorchZip => TorchZip.Read(file, context),
            CheckpointFormat.PyTorchLegacy => TorchLegacy.Read(file, context),
            _ => PickleFile.Read(file, context),
        };
    }
}
