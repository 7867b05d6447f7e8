using System.Diagnostics;
using System.Globalization;

namespace GanKit.Tests.Runtime;

public sealed class TemporaryFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void For_AFile_NamesTheProcessAndIsAnotherEachTime()
    {
        var names = Enumerable.Range(0, 3).Select(_ => TemporaryFile.For("/x/a.dat")).ToArray();
        Assert.Equal(3, names.Distinct().Count());
        Assert.All(names, name => Assert.Contains($"-{Environment.ProcessId}-", name, StringComparison.Ordinal));
        Assert.All(names, name => Assert.StartsWith("/x/a.dat.gankit-", name, StringComparison.Ordinal));
    }

    [Fact]
    public void IsAbandoned_ByThisProcess_IsNot() => Assert.False(TemporaryFile.IsAbandoned(Left(Parts())));

    [Fact]
    public void IsAbandoned_OtherProcessUnderTheSameNumber_Is()
    {
        var (host, pid, _) = Parts();
        Assert.True(TemporaryFile.IsAbandoned(Left((host, pid, "12"))));
    }

    [Fact]
    public void IsAbandoned_NumberOfNoProcess_Is()
    {
        using var ended = Process.Start(new ProcessStartInfo(ChildProgram.Host, ["--version"]) { RedirectStandardOutput = true })!;
        ended.StandardOutput.ReadToEnd();
        ended.WaitForExit();
        var (host, _, start) = Parts();
        Assert.True(TemporaryFile.IsAbandoned(Left((host, Text(ended.Id), start))));
    }

    [Fact]
    public void IsAbandoned_ProcessThatEndedAndWaitsForItsParent_Is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The shell and /proc are Linux'.");
        // What the shell becomes never asks how its child ended.
        using var parent = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "sleep 60 & echo $!; exec sleep 60"]) { RedirectStandardOutput = true })!;
        try
        {
            var pid = parent.StandardOutput.ReadLine()!;
            string[] Fields(string id) => File.ReadAllText($"/proc/{id}/stat").Split(' ');
            Assert.True(SpinWait.SpinUntil(() => Fields(Text(parent.Id))[1] == "(sleep)", TimeSpan.FromSeconds(20)));
            var left = Left((Parts().Host, pid, Fields(pid)[21]));
            Assert.False(TemporaryFile.IsAbandoned(left));
            ChildProgram.System("kill", "-KILL", pid);
            Assert.True(SpinWait.SpinUntil(() => Fields(pid)[2] == "Z", TimeSpan.FromSeconds(20)));
            Assert.True(TemporaryFile.IsAbandoned(left));
        }
        finally
        {
            parent.Kill();
            parent.WaitForExit();
        }
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(23, false)]
    [InlineData(25, true)]
    public void IsAbandoned_OtherHost_GoesByAge(int hours, bool expected)
    {
        var path = Left(("0123456789ab", "1", "1"));
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-hours));
        Assert.Equal(expected, TemporaryFile.IsAbandoned(path));
    }

    [Fact]
    public void Save_AmongManyFiles_ClearsWhatTheDeadLeftAlone()
    {
        var (host, pid, _) = Parts();
        var mine = Left(Parts());
        string[] users =
        [
            "a.dat.tmp", "a.dat.backup.tmp", $"a.dat.{Guid.NewGuid():N}.tmp", "a.dat.gankit-notes.tmp", $"a.gankit-{host}-{pid}.tmp",
            $"a.dat.gankit-{host}-{pid}-12-1.tmp.keep", $"a.dat.gankit-{host}-{pid}-12-1.tmp\n", $"a.dat.gankit-{host}-0-12-1.tmp",
            $"a.dat.gankit-{host}-99999999999-12-1.tmp",
        ];
        foreach (var name in users)
            File.WriteAllText(_folder.File(name), "mine");
        Directory.CreateDirectory(_folder.File($"d.gankit-{host}-{pid}-12-1.tmp"));
        File.WriteAllText(_folder.File($"a.dat.gankit-{host}-{pid}-12-1.tmp"), "left");
        File.WriteAllText(_folder.File($".hidden.gankit-{host}-{pid}-13-255.tmp"), "left");

        AtomicFile.Write(_folder.File("b.dat"), _ => { });

        Assert.Equal(users.Append("b.dat").Append(Path.GetFileName(mine)).Order(StringComparer.Ordinal), _folder.FileNames());
        Assert.True(Directory.Exists(_folder.File($"d.gankit-{host}-{pid}-12-1.tmp")));
    }

    [Fact]
    public void ClearAbandoned_AgainAndAgain_LooksSeldomIntoAFullFolder()
    {
        var (host, pid, _) = Parts();
        var clock = new Monitoring.FakeClock();
        for (var i = 1; i < 1000; i++)
            File.Create(_folder.File($"{i}")).Dispose();
        TemporaryFile.ClearAbandoned(_folder.Path, clock);
        var left = _folder.File($"a.dat.gankit-{host}-{pid}-12-1.tmp");
        File.WriteAllText(left, "");

        clock.Advance(0.019);
        TemporaryFile.ClearAbandoned(_folder.Path, clock);
        Assert.True(File.Exists(left));
        clock.Advance(0.001); // 20 us for each file that was there
        TemporaryFile.ClearAbandoned(_folder.Path, clock);
        Assert.False(File.Exists(left));
    }

    [Fact]
    public void Open_Stream_ClearsTheCopiesOfTheDead()
    {
        var (host, pid, _) = Parts();
        var left = Path.Combine(Path.GetTempPath(), $"checkpoint.gankit-{host}-{pid}-12-1.tmp");
        File.WriteAllText(left, "");
        using var network = nn.Linear(2, 3);
        network.SaveWeights(_folder.File("a.pth"));
        using (var stream = File.OpenRead(_folder.File("a.pth")))
        {
            using var file = PyTorchFile.Open(stream);
            Assert.False(File.Exists(left));
            Assert.Contains(Directory.GetFiles(Path.GetTempPath()), name => name.Contains($"checkpoint.gankit-{host}-{pid}-", StringComparison.Ordinal));
        }

        Assert.DoesNotContain(Directory.GetFiles(Path.GetTempPath()), name => name.Contains($"checkpoint.gankit-{host}-{pid}-", StringComparison.Ordinal));
    }

    /// <summary>Leaves a file as a process would that was killed while it wrote one.</summary>
    private string Left((string Host, string Pid, string Start) parts)
    {
        var path = _folder.File($"w.dat.gankit-{parts.Host}-{parts.Pid}-{parts.Start}-1.tmp");
        File.WriteAllText(path, "half");
        return path;
    }

    private static (string Host, string Pid, string Start) Parts()
    {
        var parts = TemporaryFile.For("/x/a").Split('-', '.');
        return (parts[2], parts[3], parts[4]);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
