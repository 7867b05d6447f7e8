namespace GanKit.Tests.PyTorch;

/// <summary>Programs written for TorchSharp.PyBridge compile and mean the same.</summary>
public sealed class PyBridgeModuleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<Action<nn.Module, string>, Action<nn.Module, string>> Verbs => new()
    {
        { (module, path) => module.save_py(path), (module, path) => module.load_py(path) },
        { (module, path) => module.save_safetensors(path), (module, path) => module.load_safetensors(path) },
        { (module, path) => module.save_py(File.Create(path)), (module, path) => module.load_py(File.OpenRead(path)) },
        { (module, path) => module.save_safetensors(File.Create(path)),
            (module, path) => module.load_safetensors(File.OpenRead(path)) },
        { (module, path) => module.save_safetensors(path + ".safetensors"),
            (module, path) => module.load_checkpoint(Path.GetDirectoryName(path)!) },
        {
            (module, path) => module.save_safetensors(path + ".safetensors"),
            (module, path) => module.load_checkpoint(Path.GetDirectoryName(path)!, Path.GetFileName(path))
        },
    };

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Save_ThenLoad_GivesTheSameWeights(Action<nn.Module, string> save, Action<nn.Module, string> load)
    {
        using var scope = NewDisposeScope();
        var (source, target) = (nn.Linear(3, 2), nn.Linear(3, 2));

        save(source, _folder.File("weights"));
        load(target, _folder.File("weights"));

        TensorAssert.Equal(source.weight!.detach(), target.weight!.detach());
        TensorAssert.Equal(source.bias!.detach(), target.bias!.detach());
    }

    [Fact]
    public void Load_WithSkip_LeavesThoseAloneAndSaysWhichWereLoaded()
    {
        using var scope = NewDisposeScope();
        var (source, target) = (nn.Linear(3, 2), nn.Linear(3, 2));
        var bias = target.bias!.detach().clone();
        source.save_py(_folder.File("weights"), skip: ["bias"]);
        var loaded = new Dictionary<string, bool>();

        target.load_py(_folder.File("weights"), strict: true, skip: ["bias"], loadedParameters: loaded);

        TensorAssert.Equal(source.weight!.detach(), target.weight!.detach());
        TensorAssert.Equal(bias, target.bias!.detach());
        Assert.Equal(new() { ["weight"] = true, ["bias"] = false }, loaded);
    }

    [Fact]
    public void Load_NotStrict_TakesWhatThereIs()
    {
        using var scope = NewDisposeScope();
        nn.Linear(3, 2).save_py(_folder.File("weights"), skip: ["bias"]);

        Assert.Throws<StateDictMismatchException>(() => nn.Linear(3, 2).load_py(_folder.File("weights")));
        nn.Linear(3, 2).load_py(_folder.File("weights"), strict: false);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Streams_AreClosedUnlessToldOtherwise(bool leaveOpen)
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();
        nn.Linear(3, 2).save_py(stream, leaveOpen: true);
        stream.Position = 0;

        nn.Linear(3, 2).load_py(stream, leaveOpen: leaveOpen);

        Assert.Equal(leaveOpen, stream.CanRead);
    }

    [Fact]
    public void Load_FromAStream_LeavesNoFile()
    {
        using var scope = NewDisposeScope();
        var before = Directory.GetFiles(Path.GetTempPath(), "tmp*.tmp").Length;

        Assert.Throws<CheckpointFormatException>(() => nn.Linear(3, 2).load_py(new MemoryStream([1, 2, 3])));

        Assert.Equal(before, Directory.GetFiles(Path.GetTempPath(), "tmp*.tmp").Length);
    }

    [Fact]
    public void LoadCheckpoint_OfAMissingName_SaysWhatWasLookedFor()
    {
        var error = Assert.Throws<FileNotFoundException>(() => nn.Linear(3, 2).load_checkpoint(_folder.Path, "model"));

        Assert.Contains(".safetensors.index.json", error.Message, StringComparison.Ordinal);
    }
}
