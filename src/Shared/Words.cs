#if CHECKPOINTS
namespace GanKit.Checkpoints;
#else
namespace GanKit;
#endif

/// <summary>Numbers with nouns: <c>1 block</c>, <c>9 blocks</c>.</summary>
internal static class Words
{
    internal static string Count(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
