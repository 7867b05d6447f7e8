using System.Diagnostics;
using System.Globalization;
using CsCheck;

namespace GanKit.Tests.PyTorch;

/// <summary>
/// Damaged files of every format end in a <see cref="CheckpointFormatException"/> or are read: no other exception, no
/// hang, no memory beyond what the file explains. More inputs: <c>GANKIT_FUZZ=250000 eng/test.sh --filter-class
/// "*FuzzTests"</c>.
/// </summary>
public class FuzzTests
{
    // What opening any small file may take: buffers, and the libraries' own needs.
    private const long AllowedBytes = 64 << 20;
    private static readonly TimeSpan AllowedTime = TimeSpan.FromSeconds(20);

    private readonly ITestOutputHelper _output;

    public FuzzTests(ITestOutputHelper output) => _output = output;

    [Theory]
    [InlineData(3_000)]
    [InlineData(100_000, Explicit = true)] // eng/test.sh --long
    public void Open_DamagedFiles_GivesContentOrTheOneException(long count)
    {
        if (Environment.GetEnvironmentVariable("GANKIT_FUZZ") is { } text)
            count = long.Parse(text, CultureInfo.InvariantCulture);
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "fuzz");
        var seeds = SeedFiles.All();
        var (opened, refused, longest, largest) = (0L, 0L, TimeSpan.Zero, 0L);
        var clock = Stopwatch.StartNew();

        Gen.ULong.Sample(seed =>
        {
            var random = new Random((int)(seed ^ (seed >> 32)));
            File.WriteAllBytes(path, new Mutator(random).Mutate(seeds[random.Next(seeds.Count)], seeds));
            // The process's own time, which others on the machine don't lengthen.
            var (begin, before) = (Environment.CpuUsage.TotalTime, GC.GetAllocatedBytesForCurrentThread());
            if (Read(path))
                opened++;
            else
                refused++;
            var (time, bytes) = (Environment.CpuUsage.TotalTime - begin, GC.GetAllocatedBytesForCurrentThread() - before);
            (longest, largest) = (time > longest ? time : longest, Math.Max(bytes, largest));
            Assert.True(bytes < AllowedBytes, $"{bytes:N0} bytes for a file of {new FileInfo(path).Length:N0}");
            Assert.True(time < AllowedTime, $"{time.TotalSeconds:F0} s for a file of {new FileInfo(path).Length:N0} bytes");
        }, iter: count, threads: 1);

        _output.WriteLine(
            $"{count:N0} damaged files made from {seeds.Count} in {clock.Elapsed.TotalSeconds:F0} s: {opened:N0} still "
            + $"read, {refused:N0} refused; " +
            $"the longest took {longest.TotalMilliseconds:F0} ms, the hungriest {largest / 1024.0 / 1024.0:F1} MiB.");
        Assert.True(opened > 0 && refused > 0, "damage that is always or never noticed tests nothing");
    }

    /// <summary>Does all that one can do with a file; whether it was read.</summary>
    private static bool Read(string path)
    {
        try
        {
            Inspect(path);
            ReadAndWrite(path);
            return true;
        }
        catch (CheckpointFormatException)
        {
            return false;
        }
    }

    private static void Inspect(string path) => Assert.DoesNotContain(
        GeneratorFactory.Inspect(path).ToString(), letter => char.IsControl(letter) && letter != '\n');

    private static void ReadAndWrite(string path)
    {
        using var scope = NewDisposeScope();
        using var file = PyTorchFile.Open(path);
        _ = file.Metadata.Count;
        Save(file.Root);
        foreach (var weights in file.StateDicts)
            weights.Read();

        // Those too that are in no network: in lists, in optimisers, loose.
        foreach (var tensor in ValueTree.Walk(file.Root).OfType<PyTorchTensor>().Where(tensor => tensor.Unreadable is null))
            tensor.Read().Dispose();
    }

    /// <summary>What was read can be written again, or is refused as something that no file can hold.</summary>
    private static void Save(object? root)
    {
        try
        {
            PyTorchFile.Save(Stream.Null, root);
        }
        catch (ArgumentException)
        {
            // An object of a class that is not known, a circle, half a surrogate pair.
        }
    }
}
