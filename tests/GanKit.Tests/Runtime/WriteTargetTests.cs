namespace GanKit.Tests.Runtime;

/// <summary>Where a path leads, by the same walk on every system.</summary>
public sealed class WriteTargetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_NothingThere_IsThePathItself()
    {
        foreach (var path in (string[])[_folder.File("new.dat"), _folder.File("no", "such", "folder", "new.dat")])
            Assert.Equal(Path.GetFullPath(path), WriteTarget.Of(path).FullName);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Of_FileAtARelativePath_IsItsFullPath()
    {
        File.WriteAllText(_folder.File("old.dat"), "");
        var path = Path.GetRelativePath(Directory.GetCurrentDirectory(), _folder.File("old.dat"));
        Assert.Equal(_folder.File("old.dat"), WriteTarget.Of(path).FullName);
    }

    [Fact]
    public void Of_LinkByAFullPath_IsWhereItLeads()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right there.");
        File.CreateSymbolicLink(_folder.File("link.dat"), _folder.File("no", "such.dat"));
        Assert.Equal(_folder.File("no", "such.dat"), WriteTarget.Of(_folder.File("link.dat")).FullName);
    }

    [Fact]
    public void Write_NewFileInANewFolder_MakesBoth()
    {
        var path = _folder.File("no", "such", "new.dat");
        AtomicFile.Write(path, stream => stream.WriteByte(1));
        Assert.Equal([1], File.ReadAllBytes(path));
    }
}
