namespace GanKit.Checkpoints;

/// <summary>
/// What reading one file may cost, so that a small file can't ask for much: it bounds how many objects are made, and how
/// many bytes are copied or hashed again and again. Pickles within pickles share it.
/// </summary>
/// <param name="fileLength">The file's bytes.</param>
internal sealed class PickleBudget(long fileLength)
{
    private const long MostObjects = 1 << 24;

    private readonly long _mostCopied = (1L << 20) + 4 * Math.Min(fileLength, 1L << 50);
    private long _objects;
    private long _copied;

    /// <summary>Counts what an opcode makes, in units of some 30 bytes.</summary>
    internal void Make(int objects)
    {
        _objects += objects;
        if (_objects > MostObjects)
            throw new CheckpointFormatException(
                $"it makes more than {MostObjects} objects, which no file of weights does.");
    }

    /// <summary>Counts what is copied; honest files copy nothing twice.</summary>
    internal void Copy(long units)
    {
        _copied += units;
        if (_copied > _mostCopied)
            throw new CheckpointFormatException(
                "it has the same things copied over and over, which no file of weights does.");
    }
}
