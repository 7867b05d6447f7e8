using System.Text.RegularExpressions;

namespace GanKit.Tests.Documentation;

/// <summary>What the guides promise to be complete is, and what they point to is there.</summary>
public partial class GuideTests
{
    public static TheoryData<string> Documents =>
    [
        .. new[] { "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "examples/README.md" },
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(
            path => $"docs/{Path.GetFileName(path)}"),
    ];

    [Fact]
    public void TrainingGuide_NamesEveryOption()
    {
        var guide = Read("docs/training.md");
        var missing = typeof(TrainerOptions).GetProperties().Select(option => option.Name).Where(
            name => !guide.Contains($"`{name}`", StringComparison.Ordinal));
        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Document_Links_LeadSomewhere(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        var dead = Link().Matches(Read(document))
            .Select(match => match.Groups["target"].Value)
            .Where(target =>
                !target.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(folder, target)));
        Assert.Empty(dead);
    }

    /// <summary>Extension methods such as <c>network.to(device)</c> are not found without it.</summary>
    [Theory]
    [MemberData(nameof(Documents))]
    public void Document_FirstBlock_UsesTorchSharp(string document)
    {
        var text = Read(document);
        var start = text.IndexOf("```csharp\n", StringComparison.Ordinal);
        if (start < 0)
            return;
        var block = text[start..text.IndexOf("```\n", start + 3, StringComparison.Ordinal)];
        Assert.Contains("\nusing GanKit;\n", block, StringComparison.Ordinal);
        Assert.Contains("\nusing TorchSharp;", block, StringComparison.Ordinal);
    }

    private static string Read(string document) => File.ReadAllText(Path.Combine(Repository.Root, document));

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)")]
    private static partial Regex Link();
}
