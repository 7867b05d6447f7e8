using System.Diagnostics;

namespace GanKit.Tests.PyTorch;

/// <summary>A file of thousands of networks is answered in a time that grows with it, and not with its square.</summary>
public sealed class ManyNetworksTests : IDisposable
{
    private const int Pairs = 2_000;
    private const long MostBytes = 500_000_000;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20); // where other tests take the processors

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    private string FilePath => _folder.File("many.pth");

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void ThousandsOfSmallNetworks_AreAnsweredInShort()
    {
        var checkpoint = new PyTorchDict();
        for (var i = 0; i < Pairs; i++)
        {
            var one = tensor(new[,] { { i, 1f } });
            checkpoint[$"n{i}"] = new PyTorchDict { ["a.weight"] = one, ["a.running_var"] = one };
            checkpoint[$"n{i}_ema"] = new PyTorchDict { ["a.weight"] = one, [i % 2 == 0 ? "a.running_mean" : "b.weight"] = one };
        }

        checkpoint["last"] = new PyTorchDict { ["c.weight"] = zeros(2, 3), ["c.running_var"] = ones(3) };
        checkpoint["last_ema"] = new PyTorchDict { ["c.weight"] = ones(2, 3) };
        PyTorchFile.Save(FilePath, checkpoint);
        using var linear = nn.Sequential(("a", nn.Linear(2, 1, hasBias: false)));
        using var generator = new DcganGenerator(16, latentSize: 4, width: 2);

        using var file = Within(() => PyTorchFile.Open(FilePath));
        var summary = Within(() => GeneratorFactory.Inspect(FilePath));
        var fits = Within(() => Assert.Throws<StateDictMismatchException>(() => linear.LoadWeights(FilePath)).Message);
        var fitsNot = Within(() => Assert.Throws<StateDictMismatchException>(
            () => generator.LoadWeights(FilePath, new() { Strict = false })).Message);
        var unknown = Within(() => Assert.Throws<StateDictMismatchException>(() => GeneratorFactory.FromCheckpoint(FilePath)).Message);

        Assert.Equal((2 * Pairs) + 2, file.StateDicts.Count);
        Assert.Equal("1 buffer that the average has not are those of 'last'", Assert.Single(file.StateDicts[^1].Notes));
        Assert.Equal(Pairs + 1, summary.Averages.Count);
        Assert.All(new[] { summary.ToString(), fits, fitsNot, unknown }, text => Assert.InRange(text.Length, 1, 5_000));
    }

    /// <summary>Averages that all borrow the buffers of one network would be larger than the file by far.</summary>
    [Fact]
    public void BuffersOfOneNetwork_AreNotLentWithoutEnd()
    {
        var one = ones(1, 2);
        var raw = new PyTorchDict { ["a.weight"] = one };
        for (var i = 0; i < Pairs; i++)
            raw[$"{i}.running_var"] = one;
        var checkpoint = new PyTorchDict { ["n"] = raw };
        for (var i = 0; i < Pairs; i++)
            checkpoint[$"n{i}_ema"] = new PyTorchDict { ["a.weight"] = one };
        PyTorchFile.Save(FilePath, checkpoint);

        using var file = Within(() => PyTorchFile.Open(FilePath));

        Assert.Equal(Pairs + 1, file.StateDicts[1].Count);
        Assert.Single(file.StateDicts[^1]);
        Assert.InRange(file.StateDicts.Sum(weights => weights.Count), Pairs, 250_000);
    }

    private static T Within<T>(Func<T> answer)
    {
        var (watch, before) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
        var result = answer();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Longest);
        return result;
    }
}
