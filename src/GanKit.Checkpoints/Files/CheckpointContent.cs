using System.Collections.ObjectModel;

namespace GanKit.Checkpoints;

/// <summary>What a reader of one format found in a file, and what keeps that file open.</summary>
internal sealed record CheckpointContent(CheckpointFormat Format, object? Root, IDisposable Source) : IDisposable
{
    /// <summary>Texts that the format keeps beside the tensors; most have none.</summary>
    internal IReadOnlyDictionary<string, string> Metadata { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    public void Dispose() => Source.Dispose();
}
