namespace GanKit.Tests.House;

/// <summary>How the library's files are kept.</summary>
public class FileTests
{
    private const int LongestFile = 250;

    [Fact]
    public void Files_AreThere() => Assert.InRange(SourceTree.Files.Count, 20, int.MaxValue);

    [Fact]
    public void PublicTypes_StandInAFileOfTheirName()
    {
        // A large class may be in parts: AdversarialTrainer.Fit.cs.
        var misplaced =
            from file in SourceTree.Files
            let name = Path.GetFileName(file.Path).Split('.')[0]
            from type in file.Types
            where type.IsPublic && type.Name != name
            select $"{type.FullName} stands in {file.Path}";

        SourceTree.AssertNone(misplaced);
    }

    [Fact]
    public void Files_HaveAtMost250Lines() => SourceTree.AssertNone(
        SourceTree.Files.Where(file => file.Lines > LongestFile).Select(file => $"{file.Path} has {file.Lines} lines"));
}
