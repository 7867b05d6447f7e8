using GanKit.ImageSharp;

namespace GanKit.Tests.Runtime;

/// <summary>What each of the library's writers does with what is at its path.</summary>
public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Writers =>
        ["a.dat", "a.pth", "a.safetensors", "a.png", "a.jpg", "a.webp", "grid.png", "a.gif", "a.csv", "a.jsonl", "samples.png"];

    [Theory]
    [MemberData(nameof(Writers))]
    public void Write_FileOfSomeMode_KeepsIt(string writer)
    {
        RequireLinux();
        var path = OldFile(writer);
        ChildProgram.System("chmod", "600", path);

        Write(writer, path);

        Assert.True(new FileInfo(path).Length > 0);
        Assert.Equal("600", ChildProgram.System("stat", "-c", "%a", path).Trim());
        Assert.Equal([writer], Names());
    }

    [Theory]
    [MemberData(nameof(Writers))]
    public void Write_SymbolicLinks_ReplacesWhatTheyLeadTo(string writer)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right there.");
        var real = Path.Combine(Directory.CreateDirectory(_folder.File("elsewhere", "deep")).FullName, writer);
        File.WriteAllText(real, "");
        Directory.CreateSymbolicLink(_folder.File("jump"), "elsewhere/deep");
        File.CreateSymbolicLink(_folder.File("elsewhere", "second"), $"deep/{writer}");
        // The folder that .. means is elsewhere/, as the link stands in elsewhere/deep, whatever jump is called.
        File.CreateSymbolicLink(_folder.File("jump", "first"), "../second");
        var path = _folder.File(writer);
        File.CreateSymbolicLink(path, "jump/first");

        Write(writer, path);

        Assert.True(new FileInfo(real).Length > 0);
        Assert.Equal("jump/first", new FileInfo(path).LinkTarget);
        Assert.Equal(new[] { writer, "first" }.Order(), Directory.GetFiles(_folder.File("elsewhere", "deep")).Select(name => Path.GetFileName(name)).Order());
    }

    [Fact]
    public void Write_DanglingLink_MakesTheFileAndItsFolder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right there.");
        var path = _folder.File("a.dat");
        File.CreateSymbolicLink(path, "new/place/b.dat");

        Write("a.dat", path);

        Assert.True(new FileInfo(_folder.File("new", "place", "b.dat")).Length > 0);
        Assert.Equal("new/place/b.dat", new FileInfo(path).LinkTarget);
    }

    [Fact]
    public void Write_LinksThatLeadBack_Throws()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right there.");
        File.CreateSymbolicLink(_folder.File("a.dat"), "b.dat");
        File.CreateSymbolicLink(_folder.File("b.dat"), "a.dat");
        Refused("a.dat", "back to themselves");
        Assert.Equal(["a.dat", "b.dat"], Names());
    }

    [Theory]
    [MemberData(nameof(Writers))]
    public void Write_Fifo_IsRefused(string writer)
    {
        RequireLinux();
        ChildProgram.System("mkfifo", _folder.File(writer));
        Refused(writer, "FIFO");
        Assert.Equal("fifo", ChildProgram.System("stat", "-c", "%F", _folder.File(writer)).Trim());
    }

    [Theory]
    [MemberData(nameof(Writers))]
    public void Write_LinkToADevice_IsRefused(string writer)
    {
        RequireLinux();
        File.CreateSymbolicLink(_folder.File(writer), "/dev/null");
        Refused(writer, "a character device");
        Assert.Equal("/dev/null", new FileInfo(_folder.File(writer)).LinkTarget);
    }

    [Fact]
    public void Write_Socket_IsRefused()
    {
        RequireLinux();
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_folder.File("a.dat")));
        Refused("a.dat", "a socket");
    }

    [Theory]
    [MemberData(nameof(Writers))]
    public void Write_Folder_IsRefused(string writer)
    {
        Directory.CreateDirectory(_folder.File(writer));
        Refused(writer, "a folder");
        Assert.True(Directory.Exists(_folder.File(writer)));
    }

    [Theory]
    [MemberData(nameof(Writers))]
    public void Write_ReadOnlyFile_IsRefused(string writer)
    {
        var path = OldFile(writer);
        var before = File.ReadAllBytes(path);
        new FileInfo(path).IsReadOnly = true;
        Refused(writer, "read-only");
        Assert.Equal(before, File.ReadAllBytes(path));
        new FileInfo(path).IsReadOnly = false;
    }

    [Theory]
    [MemberData(nameof(Writers))]
    public void Write_FileWithTwoNames_IsRefused(string writer)
    {
        RequireLinux();
        var path = OldFile(writer);
        ChildProgram.System("ln", path, _folder.File("other"));
        Refused(writer, "2 names (hard links), 'other' among them");
        Assert.Equal("2", ChildProgram.System("stat", "-c", "%h", path).Trim());
    }

    [Fact]
    public void Write_OtherUsersFileAsRoot_KeepsItsOwnerAndMode()
    {
        Assert.SkipUnless(Environment.UserName == "root" && OperatingSystem.IsLinux(), "Others' files are root's to give.");
        var path = OldFile("a.dat");
        ChildProgram.System("chown", "1234:4321", path);
        ChildProgram.System("chmod", "2640", path);
        Write("a.dat", path);
        Assert.Equal("1234 4321 2640", ChildProgram.System("stat", "-c", "%u %g %a", path).Trim());
    }

    [Fact]
    public void Write_OtherUsersFile_IsRefusedAndBothAreNamed()
    {
        string[] asAnother = ["/usr/bin/setpriv", "--reuid=1234", "--regid=1234", "--clear-groups"];
        Assert.SkipUnless(Environment.UserName == "root" && File.Exists(asAnother[0]), "It takes two users.");
        Assert.SkipUnless(ChildProgram.Succeeds([.. asAnother, "test", "-r", ChildProgram.Host, "-a", "-r", typeof(Images).Assembly.Location]),
            "Another user can't read the tests.");
        File.WriteAllText(_folder.File("a.png"), "old");
        foreach (var file in new[] { _folder.Path, _folder.File("a.png") })
            ChildProgram.System("chmod", "777", file);

        var message = ChildProgram.Run(
            """
            using GanKit;
            using GanKit.Checkpoints;
            using GanKit.Data;
            using GanKit.Monitoring;
            using static TorchSharp.torch;
            try { Images.Write("a.png", zeros(1, 4, 4)); }
            catch (IOException error) { Console.WriteLine(error.Message); }
            """,
            _folder.Path, asAnother);

        Assert.Contains("belongs to user 0 and group 0", message, StringComparison.Ordinal);
        Assert.Contains("user 1234 and group 1234", message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(_folder.File("a.png")));
        Assert.Equal(["a.png"], Names());
    }

    [Theory]
    [InlineData(250)]
    [InlineData(60)]
    public void Write_LongName_FindsRoom(int letters)
    {
        var path = _folder.File(new string(letters == 60 ? 'ä' : 'x', letters) + ".dat");
        Write("a.dat", path);
        Assert.Equal([Path.GetFileName(path)], Names());
    }

    [Fact]
    public void Write_Throwing_LeavesTheOldFileAlone()
    {
        var path = OldFile("a.dat");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new InvalidOperationException();
        }));
        Assert.Equal("", File.ReadAllText(path));
        Assert.Equal(["a.dat"], Names());
    }

    /// <summary>Writes what a name says in the way that the library has for it.</summary>
    private static void Write(string writer, string path)
    {
        using var scope = NewDisposeScope();
        switch (writer)
        {
            case "a.dat" or "a.pth" or "a.safetensors":
                nn.Linear(3, 2).SaveWeights(path);
                break;
            case "a.png" or "a.jpg" or "a.webp":
                Images.Write(path, zeros(3, 4, 4));
                break;
            case "grid.png":
                Images.WriteGrid(path, zeros(4, 3, 4, 4));
                break;
            case "a.gif":
                new AnimatedGif(path).Add(zeros(3, 4, 4));
                break;
            case "samples.png":
                new Monitoring.FakeTrainer().Fit(1, callbacks: new SampleGrid(path));
                break;
            default:
                new Monitoring.FakeTrainer().Fit(1, callbacks: new MetricsLog(path));
                break;
        }
    }

    private void Refused(string writer, string why)
    {
        var path = _folder.File(writer);
        var error = Assert.ThrowsAny<Exception>(() => Write(writer, path));
        Assert.True(error is IOException or InvalidDataException, error.ToString());
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Names(), name => name.EndsWith(".tmp", StringComparison.Ordinal));
    }

    private string OldFile(string writer)
    {
        var path = _folder.File(writer);
        File.WriteAllText(path, "");
        return path;
    }

    private string[] Names() => [.. Directory.GetFileSystemEntries(_folder.Path).Select(name => Path.GetFileName(name)).Order(StringComparer.Ordinal)];

    private static void RequireLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Only there is more known of a file than .NET tells.");
}
