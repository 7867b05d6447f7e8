using System.Text.RegularExpressions;

namespace GanKit.Tests.Documentation;

/// <summary>A C# block of a Markdown file.</summary>
/// <param name="File">The file, from the repository's root.</param>
/// <param name="Line">The line of its first statement.</param>
/// <param name="Code">The block.</param>
/// <param name="Name">The name in a comment <c>run: NAME</c> above it, or empty.</param>
internal sealed partial record MarkdownSnippet(string File, int Line, string Code, string Name)
{
    /// <summary>All C# blocks of the README and the guides.</summary>
    public static IEnumerable<MarkdownSnippet> All() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "README.md"))
            .Append(Path.Combine(Repository.Root, "src", "GanKit.Checkpoints", "README.md"))
            .Order(StringComparer.Ordinal)
            .SelectMany(In);

    private static IEnumerable<MarkdownSnippet> In(string path)
    {
        var text = System.IO.File.ReadAllText(path);
        return Block().Matches(text).Select(match => new MarkdownSnippet(
            Path.GetRelativePath(Repository.Root, path),
            text.AsSpan(0, match.Groups["code"].Index).Count('\n') + 1,
            match.Groups["code"].Value,
            match.Groups["name"].Value));
    }

    [GeneratedRegex(@"(<!--\s*run:\s*(?<name>[\w-]+)\s*-->\s*\n)?^```csharp\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
