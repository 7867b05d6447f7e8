namespace GanKit.Tests.PyTorch;

/// <summary>What files of older versions of PyTorch have or lack: norms' statistics, counts of batches.</summary>
public sealed class OldStatisticsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void LoadWeights_OfInstanceNormStatistics_DropsThem()
    {
        using var network = new ResnetGenerator(width: 2, blocks: 0);
        var weights = network.state_dict();
        var file = weights.ToDictionary(entry => entry.Key, entry => entry.Value);
        file["model.2.running_mean"] = zeros(2);
        file["model.2.running_var"] = ones(2);
        file["model.2.num_batches_tracked"] = tensor(0L);

        network.LoadWeights(Write(file), new(), out var report);

        Assert.Equal(
            ["model.2.num_batches_tracked", "model.2.running_mean", "model.2.running_var"],
            report.Dropped.Keys.Order(StringComparer.Ordinal));
        Assert.All(report.Dropped.Values,
            reason => Assert.Contains("track_running_stats", reason, StringComparison.Ordinal));
    }

    [Fact]
    public void LoadWeights_OfStatisticsWithoutAnInstanceNormThere_IsRefused()
    {
        using var network = new ResnetGenerator(width: 2, blocks: 0);
        var file = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value);
        file["model.1.running_mean"] = zeros(2);

        var error = Assert.Throws<StateDictMismatchException>(() => network.LoadWeights(Write(file)));

        Assert.Contains("running statistics", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadWeights_WithoutBatchCounts_KeepsTheNetworks()
    {
        var network = nn.Sequential(("norm", nn.BatchNorm1d(2)));
        var file = network.state_dict().Where(entry => !entry.Key.EndsWith("tracked", StringComparison.Ordinal))
            .ToDictionary();

        network.LoadWeights(Write(file), new(), out var report);

        Assert.Equal(["norm.num_batches_tracked"], report.Kept.Keys);
    }

    [Theory]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Float32)]
    public void LoadWeights_OfASingleNumberOfOldFiles_TakesItForOneWithoutDimensions(ScalarType type)
    {
        var network = nn.Sequential(("norm", nn.BatchNorm1d(2)));
        var file = network.state_dict().ToDictionary();
        file["norm.num_batches_tracked"] = tensor(new[] { 7 }, dtype: type);

        network.LoadWeights(Write(file));

        Assert.Equal(7, network.state_dict()["norm.num_batches_tracked"].item<long>());
    }

    [Fact]
    public void LoadWeights_OfStatisticsWithoutACount_SaysThatOldVersionsSavedThem()
    {
        using var norm = nn.InstanceNorm2d(2, affine: true);
        var file = norm.state_dict().ToDictionary();
        file["running_mean"] = zeros(2);

        norm.LoadWeights(Write(file), new(), out var report);

        Assert.Contains("before 0.4", report.Dropped["running_mean"], StringComparison.Ordinal);
    }

    [Fact]
    public void LoadWeights_OfASingleNumberIntoSeveral_IsRefused()
    {
        using var network = nn.Linear(2, 3);
        var path = Write(new() { ["weight"] = ones(3, 2), ["bias"] = ones(1) });

        Assert.Throws<StateDictMismatchException>(() => network.LoadWeights(path));
    }

    [Fact]
    public void LoadWeights_IntoANormAlone_MissesNoBatchCount()
    {
        using var norm = nn.BatchNorm1d(2);
        var file = norm.state_dict().Where(entry => entry.Key != "num_batches_tracked").ToDictionary();

        norm.LoadWeights(Write(file), new(), out var report);

        Assert.Equal(["num_batches_tracked"], report.Kept.Keys);
    }

    private string Write(Dictionary<string, Tensor> weights)
    {
        var path = _folder.File($"{Guid.NewGuid():N}");
        SafetensorsFile.Save(path, weights);
        return path;
    }
}
