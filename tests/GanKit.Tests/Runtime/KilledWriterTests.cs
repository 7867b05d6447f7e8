namespace GanKit.Tests.Runtime;

/// <summary>Processes that are killed while they save, by a signal that none can handle.</summary>
public sealed class KilledWriterTests : IDisposable
{
    private const string SavesForEver =
        """
        using GanKit;
        using GanKit.Checkpoints;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;
        var network = Linear(1000, 500);
        while (true)
            network.SaveWeights("killed.dat");
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(100, Explicit = true)]
    public void Save_AfterKills_ClearsWhatTheyLeftAndNothingOfTheLiving(int kills)
    {
        using var living = ChildProgram.Start(SavesForEver.Replace("killed.dat", "living.dat", StringComparison.Ordinal), _folder.Path);
        var tries = 0;
        for (var left = 0; left < kills; tries++)
        {
            Assert.True(tries < 20 * kills, $"{tries} kills left {left} files.");
            using var child = ChildProgram.Start(SavesForEver, _folder.Path);
            var pid = $"-{child.Process.Id}-";
            Assert.True(SpinWait.SpinUntil(() => OfTheKilled().Any(name => name.Contains(pid, StringComparison.Ordinal)), TimeSpan.FromSeconds(60)));
            child.Process.Kill();
            child.Process.WaitForExit();
            // It cleared what the ones before it left.
            if (OfTheKilled() is { Length: > 0 } names)
            {
                Assert.Contains(pid, Assert.Single(names), StringComparison.Ordinal);
                left++;
            }
        }

        using var network = nn.Linear(1000, 500);
        network.SaveWeights(_folder.File("killed.dat"));

        Assert.Empty(OfTheKilled());
        network.LoadWeights(_folder.File("killed.dat"));
        Assert.False(living.Process.HasExited, living.Process.HasExited ? living.Process.StandardError.ReadToEnd() : "");
        living.Process.Kill();
        living.Process.WaitForExit();
        network.SaveWeights(_folder.File("killed.dat"));
        Assert.Equal(["killed.dat", "living.dat"], _folder.FileNames());
    }

    private string[] OfTheKilled() => [.. Directory.GetFiles(_folder.Path, "killed.dat.*.tmp").Select(path => Path.GetFileName(path))];
}
