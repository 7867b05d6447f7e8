using System.Runtime.ExceptionServices;

namespace GanKit;

/// <summary>A sample that a worker has made ready, or the reason why it could not.</summary>
/// <param name="Index">Its number in the source.</param>
/// <param name="Real">Its image.</param>
/// <param name="Condition">The image that belongs to it, if there is one.</param>
/// <param name="Broken">Why it can't be read.</param>
/// <param name="Failure">What else went wrong.</param>
internal sealed record LoadedSample(
    int Index, BatchRow? Real = null, BatchRow? Condition = null, BrokenImageException? Broken = null,
    ExceptionDispatchInfo? Failure = null)
{
    /// <summary>What its images lost.</summary>
    internal IReadOnlyList<PictureNote> Notes { get; init; } = [];
}
