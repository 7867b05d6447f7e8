using System.Diagnostics;
using System.Globalization;
using CsCheck;

namespace GanKit.Tests.PyTorch;

/// <summary>
/// Damaged files of every format end in a <see cref="CheckpointFormatException"/> or are read: no other exception, no hang, no
/// memory beyond what the file explains. More inputs: <c>GANKIT_FUZZ=100000 eng/test.sh --filter-class "*FuzzTests"</c>.
/// </summary>
public class FuzzTests
{
    // What opening any small file may take: buffers, and the libraries' own needs.
    private const long AllowedBytes = 64 << 20;
    private static readonly TimeSpan AllowedTime = TimeSpan.FromSeconds(20);

    private readonly ITestOutputHelper _output;

    public FuzzTests(ITestOutputHelper output) => _output = output;

    private static long Count =>
        Environment.GetEnvironmentVariable("GANKIT_FUZZ") is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : 3_000;

    [Fact]
    public void Open_DamagedFiles_GivesContentOrTheOneException()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "fuzz");
        var seeds = SeedFiles.All();
        var (opened, refused, longest, largest) = (0L, 0L, TimeSpan.Zero, 0L);
        var clock = Stopwatch.StartNew();

        Gen.ULong.Sample(seed =>
        {
            var random = new Random((int)(seed ^ (seed >> 32)));
            File.WriteAllBytes(path, new Mutator(random).Mutate(seeds[random.Next(seeds.Count)], seeds));
            var (begin, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            if (Read(path))
                opened++;
            else
                refused++;
            var (time, bytes) = (Stopwatch.GetElapsedTime(begin), GC.GetAllocatedBytesForCurrentThread() - before);
            (longest, largest) = (time > longest ? time : longest, Math.Max(bytes, largest));
            Assert.True(bytes < AllowedBytes, $"{bytes:N0} bytes for a file of {new FileInfo(path).Length:N0}");
            Assert.True(time < AllowedTime, $"{time.TotalSeconds:F0} s for a file of {new FileInfo(path).Length:N0} bytes");
        }, iter: Count, threads: 1);

        _output.WriteLine(
            $"{Count:N0} damaged files made from {seeds.Count} in {clock.Elapsed.TotalSeconds:F0} s: {opened:N0} still read, {refused:N0} refused; " +
            $"the longest took {longest.TotalMilliseconds:F0} ms, the hungriest {largest / 1024.0 / 1024.0:F1} MiB.");
        Assert.True(opened > 0 && refused > 0, "damage that is always or never noticed tests nothing");
    }

    /// <summary>Does all that one can do with a file; whether it was read.</summary>
    private static bool Read(string path)
    {
        try
        {
            Assert.NotEmpty(PyTorchFile.Inspect(path).ToString());
            using var file = PyTorchFile.Open(path);
            foreach (var weights in file.StateDicts)
            {
                foreach (var tensor in weights.Read().Values)
                    tensor.Dispose();
            }

            return true;
        }
        catch (CheckpointFormatException)
        {
            return false;
        }
    }
}
