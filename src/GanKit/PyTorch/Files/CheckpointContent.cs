namespace GanKit;

/// <summary>What a reader of one format found in a file, and what keeps that file open.</summary>
internal sealed record CheckpointContent(CheckpointFormat Format, object? Root, IDisposable Source) : IDisposable
{
    public void Dispose() => Source.Dispose();
}
