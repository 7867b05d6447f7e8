using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GanKit.Tests.Documentation;

/// <summary>Guides, comments and messages have things as their subjects: the loader, the critic, the caller.</summary>
public partial class PlainWordsTests
{
    public static TheoryData<string> Guides =>
    [
        .. new[] { "", "docs", "examples", "benchmarks", "findings" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.md"))
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "README.md", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Repository.Root, path)),
    ];

    public static TheoryData<string> Packages => [.. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Guides))]
    public void Guide_HasNoPersonWithoutAName(string guide) => House.SourceTree.AssertNone(
        File.ReadLines(Path.Combine(Repository.Root, guide)).SelectMany((line, i) => Found(line, $"{guide}:{i + 1}")));

    [Theory]
    [MemberData(nameof(Packages))]
    public void Source_CommentsAndMessages_HaveNoPersonWithoutAName(string package) => House.SourceTree.AssertNone(
        from file in House.SourceTree.Files
        where file.Path.StartsWith($"{package}/", StringComparison.Ordinal)
        let tree = CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(Repository.Root, "src", file.Path)))
        from place in CommentsAndTexts(tree.GetRoot())
        from found in Found(place.Text, $"src/{file.Path}:{place.Line}")
        select found);

    [Theory]
    [InlineData("tests")]
    [InlineData("benchmarks")]
    [InlineData("examples")]
    [InlineData("eng")]
    public void OtherCode_HasNoPersonWithoutAName(string folder) => House.SourceTree.AssertNone(
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Repository.Root, file)
        where Path.GetExtension(file) is ".cs" or ".py" or ".sh" && Path.GetFileName(file) != "PlainWordsTests.cs"
            && !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj")
        from found in File.ReadLines(file).SelectMany((line, i) => Found(line, $"{path}:{i + 1}"))
        select found);

    [Theory]
    [InlineData("until somebody asks", 1)]
    [InlineData("Whoever calls it, and nobody's mistake", 2)]
    [InlineData("a layer whose weight is divided; the whole anyone_of", 0)]
    public void Found_TakesWholeWords(string text, int count) => Assert.Equal(count, Found(text, "here").Count());

    [Fact]
    public void CommentsAndTexts_HasNoCode()
    {
        var tree = CSharpSyntaxTree.ParseText("""
            /// <summary>One.</summary>
            class Who { string F() => "two" + $"three {Nobody}"; /* four */ } // five
            """);

        Assert.Equal(
            [("/// <summary>One.</summary>", 1), ("/* four */", 2), ("// five", 2), ("\"two\"", 2), ("three", 2)],
            CommentsAndTexts(tree.GetRoot()));
    }

    private static IEnumerable<string> Found(string text, string place) => Persons().Matches(text).Select(match => $"{place}: '{match.Value}'");

    private static IEnumerable<(string Text, int Line)> CommentsAndTexts(SyntaxNode root) =>
    [
        .. root.DescendantTrivia().Where(trivia => trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia
            or SyntaxKind.SingleLineDocumentationCommentTrivia).Select(trivia => (trivia.ToFullString().Trim(), LineOf(trivia.GetLocation()))),
        .. root.DescendantTokens().Where(token => token.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.InterpolatedStringTextToken
            or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken)
            .Select(token => (token.Text.Trim(), LineOf(token.GetLocation()))),
    ];

    private static int LineOf(Location location) => location.GetLineSpan().StartLinePosition.Line + 1;

    [GeneratedRegex(@"\b(nobody|somebody|everybody|anybody|someone|everyone|anyone|who|whom|whoever)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Persons();
}
