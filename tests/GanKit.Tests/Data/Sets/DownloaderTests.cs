using System.Security.Cryptography;

namespace GanKit.Tests.Data.Sets;

public sealed class DownloaderTests : IDisposable
{
    private static readonly Uri[] Servers = [new("https://one.test/data/"), new("https://two.test/")];
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31))];
    private static readonly string Sum = Md5(Content);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Md5(byte[] bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        hash.AppendData(bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private Task FetchAsync(
        FakeServer server, IProgress<DownloadProgress>? progress = null, CancellationTokenSource? cancellation = null) =>
        new Downloader(server, progress, cancellation?.Token ?? TestContext.Current.CancellationToken).FetchAsync(
            Servers, "file.gz", Sum, _folder.File("cache"));

    private void AssertNothingIsLeft() =>
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories));

    [Fact]
    public async Task FetchAsync_RightContent_IsWrittenWithProgress()
    {
        using var server = new FakeServer(_ => new ByteArrayContent(Content));
        var progress = new Recorder();
        await FetchAsync(server, progress);
        Assert.Equal(Content, File.ReadAllBytes(_folder.File("cache/file.gz")));
        Assert.Single(Directory.GetFiles(_folder.File("cache")));
        Assert.Equal([new Uri("https://one.test/data/file.gz")], server.Requests);
        Assert.Equal(new DownloadProgress("file.gz", Content.Length, Content.Length), progress.Heard[^1]);
        Assert.True(progress.Heard.Count > 1);
        Assert.Equal(progress.Heard.OrderBy(p => p.BytesDone), progress.Heard);
    }

    [Fact]
    public async Task FetchAsync_FirstServerFails_AsksTheSecond()
    {
        using var server = new FakeServer(address => address.Host == "one.test" ? null : new ByteArrayContent(Content));
        await FetchAsync(server);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(Content, File.ReadAllBytes(_folder.File("cache/file.gz")));
    }

    [Fact]
    public async Task FetchAsync_WrongContent_LeavesNothing()
    {
        using var server = new FakeServer(_ => new ByteArrayContent(Content[1..]));
        var message = (await Assert.ThrowsAsync<InvalidDataException>(() => FetchAsync(server))).Message;
        Assert.Contains(Sum, message);
        Assert.Contains("https://one.test/data/file.gz", message);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task FetchAsync_ConnectionBreaks_LeavesNothing()
    {
        using var server = new FakeServer(_ => new StreamContent(new BreakingStream()));
        await Assert.ThrowsAsync<HttpRequestException>(() => FetchAsync(server));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task FetchAsync_Cancelled_LeavesNothing()
    {
        using var cancellation = new CancellationTokenSource();
        using var server = new FakeServer(_ => new ByteArrayContent(Content));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FetchAsync(server, new Canceller(cancellation), cancellation));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task FetchAsync_CancelledWhileTheServerSaysNothing_EndsAndLeavesNothing()
    {
        using var cancellation = new CancellationTokenSource();
        using var server = new FakeServer(_ => new StreamContent(new SilentStream()));
        cancellation.CancelAfter(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FetchAsync(server, cancellation: cancellation));
        AssertNothingIsLeft();
    }

    private sealed class Recorder : IProgress<DownloadProgress>
    {
        public List<DownloadProgress> Heard { get; } = [];

        public void Report(DownloadProgress value) => Heard.Add(value);
    }

    private sealed class Canceller(CancellationTokenSource source) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => source.Cancel();
    }

    /// <summary>A connection that stays open, over which nothing comes.</summary>
    private sealed class SilentStream : MemoryStream
    {
        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }

    /// <summary>Some bytes, then a lost connection.</summary>
    private sealed class BreakingStream : MemoryStream
    {
        private int _reads;

        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _reads++ == 0 ? new(buffer.Length) : throw new HttpIOException(
                HttpRequestError.ResponseEnded, "The response ended prematurely.");
    }
}
