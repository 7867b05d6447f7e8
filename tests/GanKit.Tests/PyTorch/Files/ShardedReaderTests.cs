namespace GanKit.Tests.PyTorch;

public sealed class ShardedReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ShardedReaderTests()
    {
        Save("model-1-of-2.safetensors", ("a", 1), ("b", 2), ("not listed", 9));
        Save("model-2-of-2.safetensors", ("c", 3));
    }

    private string IndexPath => _folder.File("model.safetensors.index.json");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_FolderOrIndex_IsOneStateDictInTheOrderOfTheIndex(bool folder)
    {
        Write("""{"c":"model-2-of-2.safetensors","a":"model-1-of-2.safetensors","b":"./model-1-of-2.safetensors"}""", "\"metadata\":{\"total_size\":12,\"by\":\"me\"},");
        using var file = PyTorchFile.Open(folder ? _folder.Path : IndexPath);
        Assert.Equal(CheckpointFormat.Sharded, file.Format);
        Assert.Equal("12", file.Metadata["total_size"]);
        Assert.Equal("me", file.Metadata["by"]);
        var weights = Assert.Single(file.StateDicts);
        Assert.Equal(["c", "a", "b"], weights.Keys);
        using var scope = NewDisposeScope();
        Assert.Equal([3, 1, 2], weights.Read().Values.Select(tensor => tensor.item<float>()));
    }

    [Fact]
    public void Open_OfTorchSharpsFiles_Works()
    {
        using var network = nn.Linear(2, 2);
        network.save(_folder.File("one.dat"));
        Write("""{"weight":"one.dat","bias":"one.dat"}""");
        using var file = PyTorchFile.Open(IndexPath);
        TensorAssert.Equal(network.weight!.detach(), file.StateDicts[0]["weight"].Read());
    }

    [Fact]
    public void Open_OfPyTorchsFiles_AsTransformersWrote_Works()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (rand(2), rand(3));
        PyTorchFile.Save(_folder.File("pytorch_model-00001-of-00002.bin"), new Dictionary<string, Tensor> { ["a"] = a });
        PyTorchFile.Save(_folder.File("pytorch_model-00002-of-00002.bin"), new Dictionary<string, Tensor> { ["b"] = b });
        File.WriteAllText(
            _folder.File("pytorch_model.bin.index.json"),
            """{"weight_map":{"a":"pytorch_model-00001-of-00002.bin","b":"pytorch_model-00002-of-00002.bin"}}""");
        using var file = PyTorchFile.Open(_folder.Path);
        TensorAssert.Equal(a, file.StateDicts[0]["a"].Read());
        TensorAssert.Equal(b, file.StateDicts[0]["b"].Read());
    }

    [Fact]
    public void Open_ShardThatHoldsNoDictionary_IsNamed()
    {
        PyTorchFile.Save(_folder.File("list.bin"), new List<object?> { 1L });
        Write("""{"a":"list.bin"}""");
        AssertRefused(IndexPath, "its file 'list.bin' holds no dictionary");
    }

    [Fact]
    public void Open_OneFileUnderManyNames_IsOpenedOnce()
    {
        // Each name once would take more open files than a process may have.
        var names = Enumerable.Range(0, 20_000).Select(i =>
            $"\"{(i == 0 ? "a" : $"a{i}")}\":\"{string.Concat(Enumerable.Repeat("./", i % 100))}x{i}/../many.safetensors\"");
        Save("many.safetensors", [.. Enumerable.Range(0, 20_000).Select(i => (i == 0 ? "a" : $"a{i}", 1f))]);
        Write($"{{{string.Join(',', names)}}}");

        using var file = PyTorchFile.Open(IndexPath);

        var weights = Assert.Single(file.StateDicts);
        Assert.Equal(20_000, weights.Count);
        Assert.Single(weights.Values.Select(tensor => tensor.SavedOn).Distinct());
    }

    [Fact]
    public void Open_ThenClose_ClosesEveryFile()
    {
        Write("""{"a":"model-1-of-2.safetensors","c":"model-2-of-2.safetensors"}""");
        var file = PyTorchFile.Open(IndexPath);
        var tensors = file.StateDicts[0].Values.ToArray();
        file.Dispose();
        Assert.All(tensors, tensor => Assert.Throws<ObjectDisposedException>(tensor.Read));
    }

    [Fact]
    public void Open_ByLinks_AsHuggingFacesCacheHasThem_Works()
    {
        Write("""{"a":"model-1-of-2.safetensors"}""");
        var snapshot = Directory.CreateDirectory(_folder.File("snapshot")).FullName;
        File.CreateSymbolicLink(Path.Combine(snapshot, "model.safetensors.index.json"), IndexPath);
        File.CreateSymbolicLink(
            Path.Combine(snapshot, "model-1-of-2.safetensors"), _folder.File("model-1-of-2.safetensors"));
        using var file = PyTorchFile.Open(snapshot);
        Assert.Equal(CheckpointFormat.Sharded, file.Format);
    }

    [Theory]
    [InlineData(
        "{\"a\":\"model-3.safetensors\",\"b\":\"model-4.safetensors\"}",
        "of its 2 files, 'model-3.safetensors', 'model-4.safetensors' are not in the folder")]
    [InlineData("{\"a\":\"\"}", "not in the folder")]
    [InlineData(
        "{\"x\":\"model-1-of-2.safetensors\",\"c\":\"model-1-of-2.safetensors\"}",
        "'x' in 'model-1-of-2.safetensors', 'c' in 'model-1-of-2.safetensors'")]
    [InlineData("{\"a\":\"../model-1-of-2.safetensors\"}", "outside the folder")]
    [InlineData("{\"a\":\"x/../../model-1-of-2.safetensors\"}", "outside the folder")]
    [InlineData("{\"a\":\"..\"}", "outside the folder")]
    [InlineData("{\"a\":\"/etc/passwd\"}", "outside the folder")]
    [InlineData("{\"a\":\"model\\u0000.safetensors\"}", "")]
    [InlineData("{\"a\":1}", "gives 'a' 1 instead")]
    [InlineData("{\"a\":null}", "gives 'a' null instead")]
    [InlineData("{\"a\":\"model-1-of-2.safetensors\",\"a\":\"model-2-of-2.safetensors\"}", "not sound")]
    [InlineData("{\"a\":\"model.safetensors.index.json\"}", "its file 'model.safetensors.index.json' can't be read: it is "
        + "of no known format")]
    [InlineData("[]", "without a weight_map")]
    [InlineData("{", "not sound")]
    public void Open_IndexThatIsWrong_SaysHow(string map, string complaint)
    {
        Write(map);
        AssertRefused(IndexPath, complaint);
    }

    [Fact]
    public void Open_AbsolutePathOfAShard_IsRefusedEvenInTheFolder()
    {
        Write($"{{\"a\":{System.Text.Json.JsonSerializer.Serialize(_folder.File("model-1-of-2.safetensors"))}}}");
        AssertRefused(IndexPath, "outside the folder");
    }

    [Fact]
    public void Open_JsonOfAnotherKind_SaysSo()
    {
        File.WriteAllText(_folder.File("config.json"), "\n {\"width\": 64}");
        AssertRefused(_folder.File("config.json"), "JSON without a weight_map");
    }

    [Fact]
    public void Open_BrokenShard_IsNamed()
    {
        Write("""{"a":"model-1-of-2.safetensors","c":"model-2-of-2.safetensors"}""");
        File.AppendAllText(_folder.File("model-2-of-2.safetensors"), "x");
        AssertRefused(IndexPath, "its file 'model-2-of-2.safetensors' can't be read: its tensors take");
        AssertRefused(
            _folder.Path, "its file 'model.safetensors.index.json' can't be read: its file 'model-2-of-2.safetensors'");
    }

    [Fact]
    public void Open_FolderWithSeveralIndexes_PrefersSafetensorsAndElseAsks()
    {
        Write("""{"a":"model-1-of-2.safetensors"}""");
        File.WriteAllText(_folder.File("pytorch_model.bin.index.json"), "{}");
        File.WriteAllText(_folder.File("flax_model.msgpack.index.json"), "{}");
        PyTorchFile.Open(_folder.Path).Dispose();
        File.WriteAllText(_folder.File("model.fp16.safetensors.index.json"), "{}");
        AssertRefused(_folder.Path, "several files of weights: 'model.fp16.safetensors.index.json', "
            + "'model.safetensors.index.json'. Open one of them");
    }

    [Fact]
    public void Open_FolderWithoutIndex_OpensTheOnlyFileOfWeights()
    {
        AssertRefused(_folder.Path, "several files of weights: 'model-1-of-2.safetensors', 'model-2-of-2.safetensors'");
        File.Delete(_folder.File("model-1-of-2.safetensors"));
        File.WriteAllText(_folder.File("README.md"), "words");
        using (var file = PyTorchFile.Open(_folder.Path))
            Assert.Equal(CheckpointFormat.Safetensors, file.Format);
        File.WriteAllText(_folder.File("model-2-of-2.safetensors"), "");
        AssertRefused(_folder.Path, "its file 'model-2-of-2.safetensors' can't be read: it is empty");
        File.Delete(_folder.File("model-2-of-2.safetensors"));
        AssertRefused(_folder.Path, "a folder without weights: of its 1 files");
    }

    private void Write(string map, string before = "") =>
        File.WriteAllText(IndexPath, $"{{{before}\"weight_map\": {map}}}");

    private void Save(string name, params (string Name, float Value)[] tensors)
    {
        using var scope = NewDisposeScope();
        SafetensorsFile.Save(_folder.File(name), tensors.ToDictionary(entry => entry.Name, entry => tensor(entry.Value)));
    }

    private static void AssertRefused(string path, string complaint)
    {
        var message = Assert.Throws<CheckpointFormatException>(() => PyTorchFile.Open(path)).Message;
        Assert.StartsWith($"'{path}' can't be read: ", message, StringComparison.Ordinal);
        Assert.Contains(complaint, message, StringComparison.Ordinal);
    }
}
