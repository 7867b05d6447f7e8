using GanKit.Tests.PyTorchParity;

namespace GanKit.Tests.PyTorch;

public sealed class SafetensorsReaderTests : IDisposable
{
    private const string Entry = """{"dtype":"U8","shape":[2],"data_offsets":[0,2]}""";

    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.File("some.weights");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_EveryFixture_EqualsTheIndependentReader()
    {
        var files = Directory.GetFiles(Path.GetDirectoryName(Fixture.FilePath("losses"))!, "*.safetensors");
        Assert.NotEmpty(files);
        foreach (var name in files.Select(file => Path.GetFileNameWithoutExtension(file)!))
        {
            using var scope = NewDisposeScope();
            var expected = Fixture.Load(name);
            using var file = PyTorchFile.Open(Fixture.FilePath(name));
            Assert.Equal(CheckpointFormat.Safetensors, file.Format);
            var root = Assert.IsType<PyTorchDict>(file.Root);
            Assert.Equal(expected.Keys, root.Keys);
            foreach (var (key, tensor) in expected)
                TensorAssert.Equal(tensor.nan_to_num(), Read(root, key).nan_to_num());
        }
    }

    [Fact]
    public void Open_WithoutMetadata_IsTheSameAsWithNull()
    {
        using var file = Open("""{"__metadata__":null,"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2);

        Assert.Empty(file.Metadata);
        Assert.Equal(["a"], file.StateDicts[0].Keys);
    }

    /// <summary>Python's save_model leaves the second name of a tied weight to the metadata.</summary>
    [Fact]
    public void Open_WithAliases_HasTheWeightUnderBothNames()
    {
        using var scope = NewDisposeScope();
        using var file = Open(
            """{"__metadata__":{"format":"pt","weight":"a.w","b.w":"a.w","c.w":"none","a.w":"a.v","author":"a.v"},"a.w":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a.v":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}""",
            3);

        var weights = file.StateDicts[0].Read();

        Assert.Equal(["a.w", "a.v", "b.w"], weights.Keys);
        TensorAssert.Equal(weights["a.w"], weights["b.w"]);
        weights["b.w"].add_(1);
        TensorAssert.Equal(weights["a.w"], weights["b.w"]); // one memory, as it was
    }

    [Fact]
    public void Open_WithAliasesThatTheNetworkHasNot_LeavesThemOut()
    {
        using var file = Open(
            """{"__metadata__":{"b.weight":"a.weight"},"a.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}""", 4);
        using var network = nn.Sequential(("a", nn.Linear(1, 1, hasBias: false)));

        network.LoadWeights(file, new(), out var report);

        Assert.Equal(["b.weight"], report.Dropped.Keys);
    }

    [Fact]
    public void Open_WithMetadata_KeepsItBesideTheTensors()
    {
        using var file = Open("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"__metadata__":{"format":"pt","Grüße":"\u00e4"}}""", 2);
        Assert.Equal(["a"], Assert.IsType<PyTorchDict>(file.Root).Keys);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal("ä", file.Metadata["Grüße"]);
    }

    [Fact]
    public void Open_NothingInIt_IsEmpty()
    {
        using var file = Open("{}");
        Assert.Empty(Assert.IsType<PyTorchDict>(file.Root));
        Assert.Empty(file.Metadata);
    }

    [Fact]
    public void Open_HeaderInAnyOrderAndPadded_KeepsTheOrderOfTheHeader()
    {
        using var file = Open("""{"b":{"data_offsets":[2,4],"shape":[2],"dtype":"U8"},"none":{"dtype":"F32","shape":[3,0],"data_offsets":[2,2]},"a":{"dtype":"I16","shape":[],"data_offsets":[0,2]}}     """, 4);
        var root = Assert.IsType<PyTorchDict>(file.Root);
        Assert.Equal(["b", "none", "a"], root.Keys);
        TensorAssert.Equal(tensor(new byte[] { 2, 3 }), Read(root, "b"));
        TensorAssert.Equal(tensor((short)256), Read(root, "a"));
        TensorAssert.Equal(zeros(3, 0), Read(root, "none"));
    }

    [Theory]
    [InlineData("U16", 2)]
    [InlineData("U32", 4)]
    [InlineData("U64", 8)]
    [InlineData("F8_E4M3", 1)]
    [InlineData("F8_E5M2", 1)]
    [InlineData("F8_E8M0", 1)]
    [InlineData("F8_E4M3FNUZ", 1)]
    [InlineData("F8_E5M2FNUZ", 1)]
    public void Open_TypeThatTorchSharpHasNot_CannotBeReadButTheRestCan(string type, int size)
    {
        var bytes = 3 * size;
        using var file = Open(
            $$$"""{"x":{"dtype":"{{{type}}}","shape":[3],"data_offsets":[0,{{{bytes}}}]},"y":{"dtype":"BOOL","shape":[1],"data_offsets":[{{{bytes}}},{{{bytes + 1}}}]}}""",
            bytes + 1);
        var root = Assert.IsType<PyTorchDict>(file.Root);
        var x = Assert.IsType<PyTorchTensor>(root["x"]);
        Assert.Equal([3], x.Shape);
        Assert.Contains(x.Dtype.Name, x.Unreadable, StringComparison.Ordinal);
        Assert.Throws<CheckpointFormatException>(x.Read);
        Assert.Equal(ScalarType.Bool, Read(root, "y").dtype);
    }

    [Theory]
    [InlineData("[1]", 0, "no known format")]
    [InlineData(" {}", 0, "no known format")]
    [InlineData("{\"a\":1", 0, "JSON")]
    [InlineData("{}}", 0, "JSON")]
    [InlineData("{},", 0, "JSON")]
    [InlineData("{/**/}", 0, "JSON")]
    [InlineData("{\"a\":1,}", 0, "JSON")]
    [InlineData("{\"a\":" + Entry + ",\"a\":" + Entry + "}", 2, "JSON")]
    [InlineData("{\"a\":" + Entry + ",\"\\u0061\":" + Entry + "}", 2, "JSON")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[0,2]}}", 2, "JSON")]
    [InlineData("{\"__metadata__\":{\"x\":\"1\",\"x\":\"2\"}}", 0, "JSON")]
    [InlineData("{\"__metadata__\":[]}", 0, "__metadata__ is []")]
    [InlineData("{\"__metadata__\":{\"x\":1}}", 0, "'x' of its __metadata__ is 1")]
    [InlineData("{\"a\":[0,2]}", 2, "'a' is [0,2]")]
    [InlineData("{\"a\":{}}", 0, "'a' has no dtype")]
    [InlineData("{\"a\":{\"dtype\":8,\"shape\":[2],\"data_offsets\":[0,2]}}", 2, "'a' has no dtype")]
    [InlineData("{\"a\":{\"dtype\":\"u8\",\"shape\":[2],\"data_offsets\":[0,2]}}", 2, "unknown type 'u8'")]
    [InlineData("{\"a\":{\"dtype\":\"F6_E2M3\",\"shape\":[4],\"data_offsets\":[0,3]}}", 3, "unknown type 'F6_E2M3'")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,2]}}", 2, "'a' has no shape")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":2,\"data_offsets\":[0,2]}}", 2, "'a' has no shape")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[-2],\"data_offsets\":[0,2]}}", 2, "contains -2")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[2.0],\"data_offsets\":[0,2]}}", 2, "contains 2.0")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[2e0],\"data_offsets\":[0,2]}}", 2, "contains 2e0")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[\"2\"],\"data_offsets\":[0,2]}}", 2, "contains \"2\"")]
    [InlineData(
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[9223372036854775808],\"data_offsets\":[0,2]}}", 2,
        "contains 9223372036854775808")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[2]}}", 2, "'a' has no data_offsets")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2]}}", 2, "not two numbers")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,1,2]}}", 2, "not two numbers")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,0]}}", 2, "not two numbers")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[-2,0]}}", 2, "contains -2")]
    [InlineData(
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,2]}}", 2, "3 bytes, and its data_offsets say 2")]
    [InlineData(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,2]}}", 2, "8 bytes, and its data_offsets say 2")]
    [InlineData(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,0]}}", 0, "4 bytes, and its data_offsets say 0")]
    [InlineData(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}", 0, "endlessly many")]
    [InlineData("{\"a\":" + Entry + "}", 1, "truncated")]
    [InlineData("{\"a\":" + Entry + "}", 3, "something else was appended")]
    [InlineData("{}", 1, "something else was appended")]
    [InlineData("{\"a\":" + Entry + ",\"b\":" + Entry + "}", 2, "overlap")]
    [InlineData("{\"a\":" + Entry + ",\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}", 3, "overlap")]
    [InlineData("{\"a\":" + Entry + ",\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[3,5]}}", 5, "hole")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}", 3, "hole")]
    [InlineData("{\"\\ud800\":" + Entry + "}", 2, "surrogate")]
    public void Open_HeaderThatBreaksARule_SaysWhich(string header, int dataLength, string complaint) =>
        AssertRefused(SafetensorsBytes.Of(header, dataLength), complaint);

    [Fact]
    public void Open_HeaderThatIsNotUtf8_SaysSo() =>
        AssertRefused(SafetensorsBytes.Of([.. "{\""u8, 0xC3, .. "\":0}"u8], []), "not UTF-8");

    [Theory]
    [InlineData(100_000_001, "100000000 are allowed")]
    [InlineData(3, "only 2 follow")]
    [InlineData(uint.MaxValue, "are allowed")]
    [InlineData(long.MaxValue, "no known format")]
    public void Open_HeaderLengthThatCannotBe_IsRefusedBeforeAnyMemoryIsTaken(long length, string complaint) =>
        AssertRefused([.. BitConverter.GetBytes(length), .. "{}"u8], complaint);

    [Fact]
    public void Open_NoHeader_SaysSo() => AssertRefused(SafetensorsBytes.Of([], [.. "{}"u8]), "does not begin with '{'");

    [Fact]
    public void Open_TruncatedAnywhereOrAByteTooLong_IsRefused()
    {
        var whole = SafetensorsBytes.Of("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"F32","shape":[2],"data_offsets":[2,10]}}""", 10);
        for (var length = 0; length < whole.Length; length++)
            AssertRefused(whole[..length], "");
        AssertRefused([.. whole, 0], "appended");
    }

    [Fact]
    public void Open_ThenClose_ReadsNoMoreAndLetsTheFileGo()
    {
        var file = Open("{\"a\":" + Entry + "}", 2);
        var tensor = Assert.IsType<PyTorchTensor>(Assert.IsType<PyTorchDict>(file.Root)["a"]);
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(tensor.Read);
        File.Delete(FilePath);
    }

    private static Tensor Read(PyTorchDict root, string key) => Assert.IsType<PyTorchTensor>(root[key]).Read();

    private PyTorchFile Open(string header, int dataLength = 0)
    {
        File.WriteAllBytes(FilePath, SafetensorsBytes.Of(header, dataLength));
        return PyTorchFile.Open(FilePath);
    }

    private void AssertRefused(byte[] content, string complaint)
    {
        File.WriteAllBytes(FilePath, content);
        var message = Assert.Throws<CheckpointFormatException>(() => PyTorchFile.Open(FilePath)).Message;
        Assert.StartsWith($"'{FilePath}' can't be read: ", message, StringComparison.Ordinal);
        Assert.Contains(complaint, message, StringComparison.Ordinal);
    }
}
