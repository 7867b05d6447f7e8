using GanKit.Layers;

namespace GanKit.Tests.PyTorch;

/// <summary>Files whose network is not built, and why.</summary>
public sealed class GeneratorRefusalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.File("weights.pth");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FromCheckpoint_NothingKnown_SaysWhatThereIsAndWhatIsKnown()
    {
        using var network = nn.Sequential(("encoder", nn.Linear(2, 3)));
        PyTorchFile.Save(FilePath, new PyTorchDict { ["model"] = network });

        var message = Refusal().Message;

        Assert.Contains("'model', 2 tensors: nothing known: encoder.weight (3, 2), encoder.bias (3)", message,
            StringComparison.Ordinal);
        Assert.Contains("junyanz ResnetGenerator", message, StringComparison.Ordinal);
        PyTorchFile.Save(FilePath, new PyTorchDict { ["epoch"] = 3L });
        Assert.Contains("holds no network's weights", Refusal().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromCheckpoint_AGeneratorThatLacksAWeight_NamesTheWeight()
    {
        using var network = new ResnetGenerator(width: 2, blocks: 1);
        using var scope = NewDisposeScope();
        var state = new PyTorchDict();
        foreach (var (name, weight) in network.state_dict().Where(entry => entry.Key != "model.4.bias"))
            state[name] = weight;
        PyTorchFile.Save(FilePath, state);

        Assert.Contains("but model.4.bias (4) is missing", Refusal().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadWeights_IntoAnotherNetwork_SaysWhatEachIs()
    {
        using var small = new ResnetGenerator(width: 2, blocks: 6);
        using var large = new ResnetGenerator(width: 2, blocks: 9);
        PyTorchFile.Save(FilePath, small);

        var error = Assert.Throws<StateDictMismatchException>(() => large.LoadWeights(FilePath));

        Assert.Contains(
            "The file holds junyanz ResnetGenerator, 6 blocks, instance norm, 3 to 3 channels, width 2; " +
            "this network is junyanz ResnetGenerator, 9 blocks, instance norm, 3 to 3 channels, width 2.",
            error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromCheckpoint_AGiganticNetworkFromAFewNumbers_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var network = new ResnetGenerator(width: 2, blocks: 1);
        var claimed = new PyTorchDict();
        foreach (var (name, weight) in network.state_dict())
            claimed[name] = zeros(1).expand(weight.shape);
        PyTorchFile.Save(FilePath, claimed);

        var error = Assert.Throws<CheckpointFormatException>(() => GeneratorFactory.FromCheckpoint(FilePath));

        Assert.Contains("repeat the same 64 bytes", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A file of a few kilobytes that claims some 4 TB: what it is can be said, and it is not built.</summary>
    [Fact]
    public void FromCheckpoint_ANetworkLargerThanAnyMemory_IsRefusedAndNamed()
    {
        using var scope = NewDisposeScope();
        var claimed = new PyTorchDict();
        foreach (var (name, shape) in new ResnetGeneratorFamily.Spec(3, 3, 1 << 16, 1, Norm.Batch, false, false).Layout())
            claimed[name] = zeros([]).expand([.. shape]);
        PyTorchFile.Save(FilePath, claimed);

        Assert.InRange(new FileInfo(FilePath).Length, 1, 100_000);
        Assert.Contains("repeat the same", Assert.Throws<CheckpointFormatException>(() => GeneratorFactory.FromCheckpoint(FilePath)).Message,
            StringComparison.Ordinal);
        Assert.Contains("junyanz ResnetGenerator, 1 block, batch norm, 3 to 3 channels, width 65536", GeneratorFactory.Inspect(FilePath).ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void FromCheckpoint_AnEmptyNetwork_IsUnknown()
    {
        using var scope = NewDisposeScope();
        var empty = new PyTorchDict();
        var wide = RecognitionCases.LayoutOf(() => new ResnetGenerator(width: 4, blocks: 1));
        foreach (var (name, shape) in RecognitionCases.LayoutOf(() => new ResnetGenerator(width: 2, blocks: 1)))
            empty[name] = zeros([.. shape.Zip(wide[name]!, (one, other) => one == other ? one : 0)]);
        PyTorchFile.Save(FilePath, empty);

        Assert.Contains("nothing known: model.1.weight (0, 3, 7, 7)", Refusal().Message, StringComparison.Ordinal);
    }

    private StateDictMismatchException Refusal(GeneratorOptions? options = null) =>
        Assert.Throws<StateDictMismatchException>(() => GeneratorFactory.FromCheckpoint(FilePath, options ?? new()));
}
