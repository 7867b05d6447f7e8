using System.Reflection;
using System.Xml.Linq;

namespace GanKit.Tests;

/// <summary>The source tree that these tests were built from, for tests of documents and of structure.</summary>
internal static class Repository
{
    /// <summary>
    /// The repository's top folder. Not from [CallerFilePath]: reproducible builds hide real paths from that.
    /// </summary>
    public static string Root { get; } = Path.GetFullPath(typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "RepositoryRoot").Value!);

    /// <summary>A version in Directory.Packages.props: that of <c>TorchSharp</c>, <c>LibTorch</c> or <c>SkiaSharp</c>.</summary>
    public static string VersionOf(string name) =>
        XDocument.Load(Path.Combine(Root, "Directory.Packages.props")).Descendants($"{name}Version").Single().Value;
}
