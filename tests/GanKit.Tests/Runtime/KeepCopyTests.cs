namespace GanKit.Tests.Runtime;

/// <summary>Copies beside a file under a number, which several runs may make at once.</summary>
public sealed class KeepCopyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void KeepCopy_NumbersThatAreTaken_AreLeftAlone()
    {
        var path = Log("new");
        File.WriteAllText(_folder.File("log.1.csv"), "first");
        Directory.CreateDirectory(_folder.File("log.2.csv"));

        AtomicFile.KeepCopy(path);

        Assert.Equal("first", File.ReadAllText(_folder.File("log.1.csv")));
        Assert.Equal("new", File.ReadAllText(_folder.File("log.3.csv")));
        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public void KeepCopy_SeveralAtOnce_EachHasItsOwn()
    {
        const int Runs = 8, Times = 20;
        var path = Log("text");
        using var start = new Barrier(Runs);
        var errors = new Exception?[Runs];
        var threads = Enumerable.Range(0, Runs).Select(run => new Thread(() =>
        {
            for (var i = 0; i < Times; i++)
            {
                start.SignalAndWait();
                errors[run] ??= Record.Exception(() => AtomicFile.KeepCopy(path));
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.All(errors, Assert.Null);
        for (var number = 1; number <= Runs * Times; number++)
            Assert.Equal("text", File.ReadAllText(_folder.File($"log.{number}.csv")));
    }

    [Fact]
    public void KeepCopy_File_KeepsItsMode()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Windows has no modes.");
        var path = Log("text");
        ChildProgram.System("chmod", "640", path);
        AtomicFile.KeepCopy(path);
        Assert.Equal("640", ChildProgram.System("stat", "-c", "%a", _folder.File("log.1.csv")).Trim());
    }

    private string Log(string text)
    {
        File.WriteAllText(_folder.File("log.csv"), text);
        return _folder.File("log.csv");
    }
}
