namespace GanKit.Tests.Documentation;

/// <summary>Every C# block of the README and the guides compiles against the library as it is.</summary>
public class SnippetTests
{
    public static TheoryData<string> Places => [.. MarkdownSnippet.All().Select(Place)];

    [Theory]
    [MemberData(nameof(Places))]
    public void Snippet_Compiles(string place) =>
        Assert.NotEmpty(SnippetCompiler.Compile(MarkdownSnippet.All().Single(snippet => Place(snippet) == place)));

    /// <summary>
    /// The guides' complete programs that are marked to run; the README's has a test of its own, which measures it.
    /// </summary>
    public static TheoryData<string> Programs =>
        [.. MarkdownSnippet.All().Where(snippet => snippet.Name.Length > 0 && snippet.File != "README.md").Select(
            snippet => snippet.Name)];

    [Theory]
    [MemberData(nameof(Programs))]
    public void Program_Runs(string name) =>
        SnippetCompiler.Run(SnippetCompiler.Compile(MarkdownSnippet.All().Single(snippet => snippet.Name == name)));

    private static string Place(MarkdownSnippet snippet) => $"{snippet.File}:{snippet.Line}";
}
