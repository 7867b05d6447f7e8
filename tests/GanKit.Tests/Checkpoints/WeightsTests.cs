using static TorchSharp.torch.nn;

namespace GanKit.Tests.Checkpoints;

public sealed class WeightsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gankit-weights-").FullName;

    public static TheoryData<string> Names =>
        ["weights.dat", "weights.safetensors", "WEIGHTS.SafeTensors", "weights.pth", "weights"];

    private string FilePath => Path.Combine(_folder, "new", "weights.dat");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void SaveWeights_ThenLoad_GivesTheSameNetwork_InPlace(string name)
    {
        var path = Path.Combine(_folder, "new", name);
        var saved = Sequential(Linear(3, 4), BatchNorm1d(4));
        saved.call(randn(8, 3));
        saved.SaveWeights(path);
        var loaded = Sequential(Linear(3, 4), BatchNorm1d(4));
        var parameter = loaded.parameters().First();
        Assert.Same(loaded, loaded.LoadWeights(path));
        Assert.Same(parameter, loaded.parameters().First());
        Assert.All(
            saved.state_dict(), entry => TensorAssert.Equal(entry.Value.detach(), loaded.state_dict()[entry.Key].detach()));
        Assert.Equal([path], Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("weights.dat")]
    [InlineData("weights.safetensors")]
    [InlineData("weights.pth")]
    public void SaveWeights_InAnotherMemoryLayout_KeepsTheNumbers(string name)
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(_folder, name);
        var (saved, loaded) = (Conv2d(2, 3, 3), Conv2d(2, 3, 3));
        using (no_grad())
            saved.weight!.set_(saved.weight.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2));
        Assert.False(saved.weight!.is_contiguous());

        saved.SaveWeights(path);
        loaded.LoadWeights(path);

        TensorAssert.Equal(saved.weight.detach(), loaded.weight!.detach());
        if (name == "weights.dat")
        {
            TensorAssert.Equal(
                saved.weight.detach(), ((TorchSharp.Modules.Conv2d)Conv2d(2, 3, 3).load(path)).weight!.detach());
        }
    }

    [Theory]
    [InlineData("weights.dat", CheckpointFormat.TorchSharp)]
    [InlineData("weights.safetensors", CheckpointFormat.Safetensors)]
    [InlineData("weights.pth", CheckpointFormat.PyTorchZip)]
    [InlineData("weights.PT", CheckpointFormat.PyTorchZip)]
    [InlineData("weights.bin", CheckpointFormat.PyTorchZip)]
    [InlineData("weights.ckpt", CheckpointFormat.PyTorchZip)]
    [InlineData("weights", CheckpointFormat.TorchSharp)]
    public void SaveWeights_TheNameTellsTheFormat_AndItsContentWhenItIsLoaded(string name, CheckpointFormat format)
    {
        var path = Path.Combine(_folder, name);
        var saved = Linear(3, 4).SaveWeights(path);
        using (var file = PyTorchFile.Open(path))
            Assert.Equal(format, file.Format);
        File.Move(path, path + ".other");
        TensorAssert.Equal(saved.weight!.detach(), Linear(3, 4).LoadWeights(path + ".other").weight!.detach());
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
        AssertRefused<CheckpointFormatException>(Linear(8, 8));
    }

    [Fact]
    public void LoadWeights_OfAnotherNetwork_SaysSo()
    {
        Linear(8, 8).SaveWeights(FilePath);
        AssertRefused<StateDictMismatchException>(Linear(8, 4));
        AssertRefused<StateDictMismatchException>(Sequential(Linear(8, 8)));
    }

    [Fact]
    public void LoadWeights_OfAnotherType_KeepsTheParametersThatAnOptimiserHolds()
    {
        var saved = Linear(2, 3);
        saved.SaveWeights(FilePath);
        var network = Linear(2, 3).to(float64);
        var parameter = network.weight;
        Assert.Same(parameter, network.LoadWeights(FilePath).weight);
        TensorAssert.Equal(saved.weight!.detach().to(float64), parameter!.detach());
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
        Assert.Contains(
            FilePath, Assert.Throws<FileNotFoundException>(() => Linear(1, 1).LoadWeights(FilePath)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void SaveWeights_CannotWrite_LeavesNothingBehind()
    {
        Directory.CreateDirectory(FilePath); // a folder stands where the file should go
        Assert.ThrowsAny<Exception>(() => Linear(1, 1).SaveWeights(FilePath));
        Assert.Empty(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    private void AssertRefused<TException>(nn.Module network)
        where TException : Exception
    {
        var before = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
        Assert.Contains(
            FilePath, Assert.Throws<TException>(() => network.LoadWeights(FilePath)).Message, StringComparison.Ordinal);
        Assert.All(before, entry => TensorAssert.Equal(entry.Value, network.state_dict()[entry.Key].detach()));
    }

    [Theory]
    [InlineData("weights.dat")]
    [InlineData("weights.safetensors")]
    public void SaveWeights_OfAModuleWithoutWeights_IsRefusedAndWritesNothing(string name)
    {
        using var folder = new TemporaryFolder();
        using var network = new DcganGenerator(imageSize: 16, channels: 1, latentSize: 8, width: 4);
        using var prepared = network.ForInference();

        var exception = Assert.Throws<ArgumentException>(() => prepared.SaveWeights(folder.File(name)));

        Assert.Contains("no weights to save", exception.Message);
        Assert.Empty(folder.FileNames());
    }
}
