namespace GanKit.Tests.Documentation;

/// <summary>Every C# block of the README and the guides compiles against the library as it is.</summary>
public class SnippetTests
{
    public static TheoryData<string> Places => [.. MarkdownSnippet.All().Select(Place)];

    [Theory]
    [MemberData(nameof(Places))]
    public void Snippet_Compiles(string place) =>
        Assert.NotEmpty(SnippetCompiler.Compile(MarkdownSnippet.All().Single(snippet => Place(snippet) == place)));

    private static string Place(MarkdownSnippet snippet) => $"{snippet.File}:{snippet.Line}";
}
