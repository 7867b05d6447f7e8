using System.Net.Sockets;

namespace GanKit.Tests.Runtime;

/// <summary>What would wait for ever or never end is refused by each of the library's readers.</summary>
public sealed class RegularFileTests : IDisposable
{
    private static readonly Dictionary<string, Action<string>> All = new()
    {
        ["LoadWeights"] = path => nn.Linear(2, 3).LoadWeights(path),
        ["PyTorchFile.Open"] = path => PyTorchFile.Open(path).Dispose(),
        ["PyTorchFile.Inspect"] = path => PyTorchFile.Inspect(path),
        ["a file of an index"] = path =>
        {
            var index = Path.ChangeExtension(path, ".index.json");
            File.WriteAllText(index, $$$"""{"weight_map": {"weight": "{{{Path.GetFileName(path)}}}"}}""");
            PyTorchFile.Open(index).Dispose();
        },
        ["Images.Read"] = path => Images.Read(path),
        ["Mnist.LoadFiles"] = path => Mnist.LoadFiles(path),
        ["Cifar10.Load"] = path => Cifar10.Load(path),
        ["WithAttributes"] = path => Shapes.Load(4, 16).WithAttributes(path),
        ["MetricsLog"] = path =>
        {
            var log = Path.ChangeExtension(path, ".csv");
            File.CreateSymbolicLink(log, path);
            new Monitoring.FakeTrainer().Fit(1, callbacks: new MetricsLog(log));
        },
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Readers => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Readers))]
    public void Read_Fifo_IsRefused(string reader)
    {
        RequireLinux();
        ChildProgram.System("mkfifo", _folder.File("a"));
        Refused(reader, "a FIFO (named pipe)");
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void Read_EndlessDevice_IsRefused(string reader)
    {
        RequireLinux();
        File.CreateSymbolicLink(_folder.File("a"), "/dev/zero");
        Refused(reader, "a character device");
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void Read_Socket_IsRefused(string reader)
    {
        RequireLinux();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder.File("a")));
        Refused(reader, "a socket");
    }

    [Fact]
    public async Task ImageFolder_WithAFifo_SkipsItAsItDoesBrokenPictures()
    {
        RequireLinux();
        using var picture = zeros(3, 8, 8);
        Images.Write(_folder.File("a.png"), picture);
        ChildProgram.System("mkfifo", _folder.File("b.png"));

        var batches = ImageFolder.Load(_folder.Path).Batches(1, onBroken: BrokenImages.Skip);

        await Task.Run(() => Assert.Single(batches)).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.EndsWith("b.png", Assert.Single(batches.Broken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_StreamOfAFifo_ReadsWhatComesThrough()
    {
        RequireLinux();
        using var network = nn.Linear(2, 3);
        network.SaveWeights(_folder.File("a.pth"));
        ChildProgram.System("mkfifo", _folder.File("pipe"));
        var writer = Task.Run(() => File.WriteAllBytes(_folder.File("pipe"), File.ReadAllBytes(_folder.File("a.pth"))));

        using var file = PyTorchFile.Open(File.OpenRead(_folder.File("pipe")));

        Assert.Equal(["weight", "bias"], Assert.Single(file.StateDicts).Keys);
        await writer;
    }

    private void Refused(string reader, string why)
    {
        var read = Task.Run(() => All[reader](_folder.File("a")));
        var error = Assert.ThrowsAny<Exception>(() => Assert.True(read.Wait(TimeSpan.FromSeconds(60)), "It waits for ever.")).InnerException;
        Assert.True(error is InvalidDataException or CheckpointFormatException, error?.ToString());
        Assert.Contains(why, error!.Message, StringComparison.Ordinal);
    }

    private static void RequireLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Only there is more known of a file than .NET tells.");
}
