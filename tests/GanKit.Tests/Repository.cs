using System.Reflection;

namespace GanKit.Tests;

/// <summary>The source tree that these tests were built from, for tests of documents and of structure.</summary>
internal static class Repository
{
    /// <summary>
    /// The repository's top folder. Not from [CallerFilePath]: reproducible builds hide real paths from that.
    /// </summary>
    public static string Root { get; } = Path.GetFullPath(typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "RepositoryRoot").Value!);
}
