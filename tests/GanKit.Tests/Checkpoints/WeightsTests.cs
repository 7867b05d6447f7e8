using static TorchSharp.torch.nn;

namespace GanKit.Tests.Checkpoints;

public sealed class WeightsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gankit-weights-").FullName;

    private string FilePath => Path.Combine(_folder, "new", "weights.dat");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void SaveWeights_ThenLoad_GivesTheSameNetwork_InPlace()
    {
        var saved = Sequential(Linear(3, 4), BatchNorm1d(4));
        saved.call(randn(8, 3));
        saved.SaveWeights(FilePath);
        var loaded = Sequential(Linear(3, 4), BatchNorm1d(4));
        var parameter = loaded.parameters().First();
        Assert.Same(loaded, loaded.LoadWeights(FilePath));
        Assert.Same(parameter, loaded.parameters().First());
        Assert.All(saved.state_dict(), entry => TensorAssert.Equal(entry.Value.detach(), loaded.state_dict()[entry.Key].detach()));
        Assert.Equal([FilePath], Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void SaveWeights_Again_ReplacesTheFile()
    {
        var first = Linear(2, 2).SaveWeights(FilePath);
        var second = Linear(2, 2).SaveWeights(FilePath);
        Assert.False(first.weight!.allclose(second.weight!));
        TensorAssert.Equal(second.weight!.detach(), Linear(2, 2).LoadWeights(FilePath).weight!.detach());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(60)]
    public void LoadWeights_Truncated_SaysWhichFile(int length)
    {
        Linear(8, 8).SaveWeights(FilePath);
        File.WriteAllBytes(FilePath, File.ReadAllBytes(FilePath)[..length]);
        AssertRefused(Linear(8, 8));
    }

    [Fact]
    public void LoadWeights_OfAnotherNetwork_SaysSo()
    {
        Linear(8, 8).SaveWeights(FilePath);
        AssertRefused(Linear(8, 4));
        AssertRefused(Sequential(Linear(8, 8)));
    }

    [Fact]
    public void LoadWeights_OnAnotherDevice_KeepsTheParametersThatAnOptimiserHolds()
    {
        Linear(2, 3).SaveWeights(FilePath);
        var network = Linear(2, 3).to(META);
        var parameter = network.weight;
        Assert.Same(parameter, network.LoadWeights(FilePath).weight);
        Assert.Equal(DeviceType.META, parameter!.device_type);
    }

    [Fact]
    public void LoadWeights_WhatTorchSharpSaved_Loads()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        var saved = Linear(2, 3);
        saved.save(FilePath);
        TensorAssert.Equal(saved.weight!.detach(), Linear(2, 3).LoadWeights(FilePath).weight!.detach());
    }

    [Fact]
    public void LoadWeights_NoSuchFile_SaysSo() =>
        Assert.Contains(FilePath, Assert.Throws<FileNotFoundException>(() => Linear(1, 1).LoadWeights(FilePath)).Message, StringComparison.Ordinal);

    [Fact]
    public void SaveWeights_CannotWrite_LeavesNothingBehind()
    {
        Directory.CreateDirectory(FilePath); // a folder stands where the file should go
        Assert.ThrowsAny<Exception>(() => Linear(1, 1).SaveWeights(FilePath));
        Assert.Empty(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    private void AssertRefused(nn.Module network)
    {
        var before = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
        Assert.Contains(FilePath, Assert.Throws<InvalidDataException>(() => network.LoadWeights(FilePath)).Message, StringComparison.Ordinal);
        Assert.All(before, entry => TensorAssert.Equal(entry.Value, network.state_dict()[entry.Key].detach()));
    }
}
