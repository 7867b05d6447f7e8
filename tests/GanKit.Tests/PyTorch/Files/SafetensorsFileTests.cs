using System.Text;

namespace GanKit.Tests.PyTorch;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.File("new", "weights.safetensors");

    public static TheoryData<ScalarType> Types =>
    [
        ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64, ScalarType.Int32,
        ScalarType.Int16, ScalarType.Int8, ScalarType.Byte, ScalarType.Bool, ScalarType.ComplexFloat32,
    ];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Types))]
    public void Save_EveryTypeAndShape_ComesBack(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>
        {
            ["matrix"] = Numbers(12, type).reshape(3, 4),
            ["number"] = Numbers(1, type).reshape([]),
            ["empty"] = empty(2, 0, 3, dtype: type),
            ["turned"] = Numbers(12, type).reshape(3, 4).t(),
            ["sparse steps"] = Numbers(20, type)[TensorIndex.Slice(1, null, 3)],
            ["channels last"] = Numbers(24, type).reshape(1, 3, 2, 4).permute(0, 3, 1, 2),
        };
        SafetensorsFile.Save(FilePath, tensors);

        using var file = PyTorchFile.Open(FilePath);
        var root = Assert.IsType<PyTorchDict>(file.Root);
        Assert.Equal(tensors.Count, root.Count);
        foreach (var (name, tensor) in tensors)
        {
            var saved = Assert.IsType<PyTorchTensor>(root[name]);
            Assert.Equal(type, saved.Dtype.ScalarType);
            var read = saved.Read();
            Assert.Equal(tensor.shape, read.shape);
            Assert.Equal(type, read.dtype);
            Assert.True(read.is_contiguous());
            Assert.True(read.eq(tensor).all().item<bool>(), name);
        }
    }

    [Fact]
    public void Save_IsTheReferenceImplementationsFile()
    {
        // What version 0.4.5 of Python's package wrote for these tensors, its spaces included.
        const string Header =
            """
            {"__metadata__":{"format":"pt"},"a":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"d":{"dtype":"F64","shape":[2],"data_offsets":[8,24]},"b":{"dtype":"F32","shape":[2,3],"data_offsets":[24,48]},"empty":{"dtype":"F32","shape":[0,3],"data_offsets":[48,48]},"ünï\n\"q\\ /":{"dtype":"F32","shape":[1],"data_offsets":[48,52]},"i32":{"dtype":"I32","shape":[2],"data_offsets":[52,60]},"bf":{"dtype":"BF16","shape":[3],"data_offsets":[60,66]},"h":{"dtype":"F16","shape":[3],"data_offsets":[66,72]},"i16":{"dtype":"I16","shape":[2],"data_offsets":[72,76]},"i8":{"dtype":"I8","shape":[2],"data_offsets":[76,78]},"u":{"dtype":"U8","shape":[2],"data_offsets":[78,80]},"bool":{"dtype":"BOOL","shape":[2],"data_offsets":[80,82]}}
            """;
        using var scope = NewDisposeScope();
        SafetensorsFile.Save(FilePath, new Dictionary<string, Tensor>
        {
            ["b"] = arange(6, dtype: ScalarType.Float32).reshape(2, 3),
            ["a"] = tensor(3L),
            ["h"] = ones(3, ScalarType.Float16),
            ["bf"] = ones(3, ScalarType.BFloat16),
            ["d"] = ones(2, ScalarType.Float64),
            ["bool"] = tensor(new[] { true, false }),
            ["u"] = tensor(new byte[] { 1, 2 }),
            ["i8"] = tensor(new sbyte[] { 1, 2 }),
            ["i16"] = tensor(new short[] { 1, 2 }),
            ["i32"] = tensor(new[] { 1, 2 }),
            ["empty"] = zeros(0, 3),
            ["ünï\n\"q\\ /"] = zeros(1),
        });
        var header = Encoding.UTF8.GetBytes(Header);
        var padded = (header.Length + 7) / 8 * 8;
        byte[] data =
        [
            3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0x80,
            0x3F, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40,
            0, 0, 0x80, 0x40, 0, 0, 0xA0, 0x40, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0x80, 0x3F, 0x80, 0x3F, 0x80, 0x3F, 0,
            0x3C, 0, 0x3C, 0, 0x3C,
            1, 0, 2, 0, 1, 2, 1, 2, 1, 0,
        ];
        Assert.Equal(
            SafetensorsBytes.Of([.. header, .. Enumerable.Repeat((byte)' ', padded - header.Length)], data),
            File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void Save_InAnotherOrder_IsTheSameFile()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (rand(3), rand(2).to(ScalarType.Float16));
        SafetensorsFile.Save(
            FilePath, new Dictionary<string, Tensor> { ["a"] = a, ["b"] = b }, Texts(("x", "1"), ("y", "2")));
        var first = File.ReadAllBytes(FilePath);
        SafetensorsFile.Save(
            FilePath, new Dictionary<string, Tensor> { ["b"] = b, ["a"] = a }, Texts(("y", "2"), ("x", "1")));
        Assert.Equal(first, File.ReadAllBytes(FilePath));
        Assert.Equal(["weights.safetensors"], _folder.FileNames());
    }

    [Fact]
    public void Save_Metadata_ComesBack()
    {
        SafetensorsFile.Save(FilePath, new Dictionary<string, Tensor>());
        Assert.Equal(Texts(("format", "pt")), MetadataOf());
        SafetensorsFile.Save(FilePath, new Dictionary<string, Tensor>(), Texts());
        Assert.Empty(MetadataOf());
        SafetensorsFile.Save(FilePath, new Dictionary<string, Tensor>(), Texts(("title", "Grüße 🙂 \"x\"\n"), ("", "")));
        Assert.Equal(Texts(("title", "Grüße 🙂 \"x\"\n"), ("", "")), MetadataOf());
    }

    [Fact]
    public void Save_TensorsThatShareMemory_AreWrittenEach()
    {
        using var scope = NewDisposeScope();
        var weight = rand(4, 4, requires_grad: true);
        SafetensorsFile.Save(
            FilePath, new Dictionary<string, Tensor> { ["one"] = weight, ["two"] = weight, ["row"] = weight[2] });
        using var file = PyTorchFile.Open(FilePath);
        var read = file.StateDicts[0].Read();
        TensorAssert.Equal(weight.detach(), read["one"]);
        TensorAssert.Equal(weight.detach(), read["two"]);
        TensorAssert.Equal(weight[2].detach(), read["row"]);
        read["one"].zero_();
        TensorAssert.Equal(weight.detach(), read["two"]);
    }

    [Fact]
    public void Save_Conjugate_IsComputed()
    {
        using var scope = NewDisposeScope();
        var numbers = rand(3, dtype: ScalarType.ComplexFloat32);
        SafetensorsFile.Save(
            FilePath, new Dictionary<string, Tensor> { ["z"] = numbers.conj(), ["negated"] = numbers.conj().imag });
        using var file = PyTorchFile.Open(FilePath);
        TensorAssert.Equal(-numbers.imag, file.StateDicts[0]["z"].Read().imag);
        TensorAssert.Equal(-numbers.imag, file.StateDicts[0]["negated"].Read());
    }

    [Fact]
    public void Save_WhatCannotBe_NamesItAndWritesNothing()
    {
        using var scope = NewDisposeScope();
        AssertRefused("w", zeros(2, dtype: ScalarType.ComplexFloat64), "ComplexFloat64");
        AssertRefused("w", zeros(2).to(META), "meta");
        AssertRefused("w", eye(2).to_sparse(), "sparse");
        var gone = zeros(2);
        gone.Dispose();
        AssertRefused("w", gone, "disposed");
        AssertRefused("__metadata__", zeros(2), "texts");
        AssertRefused("\ud800", zeros(2), "D800");
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Save("", new Dictionary<string, Tensor>()));
        Assert.Empty(_folder.FileNames());

        void AssertRefused(string name, Tensor tensor, string complaint) =>
            Assert.Contains(complaint, Assert.ThrowsAny<ArgumentException>(
            () => SafetensorsFile.Save(FilePath, new Dictionary<string, Tensor> { [name] = tensor })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Save_IntoAStream_WritesTheSameBytesAndLeavesItOpen()
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor> { ["a"] = rand(3), ["b"] = ones(2, ScalarType.Int64) };
        SafetensorsFile.Save(FilePath, tensors);
        using var stream = new MemoryStream();
        stream.WriteByte(7);
        SafetensorsFile.Save(stream, tensors);
        stream.WriteByte(8);
        Assert.Equal([7, .. File.ReadAllBytes(FilePath), 8], stream.ToArray());
    }

    [Fact]
    public void Save_LeavesNoTensorBehind()
    {
        using var numbers = rand(3, 4, dtype: ScalarType.ComplexFloat32);
        using var turned = numbers.t();
        var before = LiveTensors.OfThisThread;
        SafetensorsFile.Save(FilePath, new Dictionary<string, Tensor> { ["z"] = turned });
        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    private static Tensor Numbers(int count, ScalarType type) => type == ScalarType.Bool
        ? arange(count).remainder(3).eq(0)
        : type == ScalarType.ComplexFloat32
            ? torch.complex(arange(count, dtype: ScalarType.Float32), -arange(count, dtype: ScalarType.Float32))
            : arange(count).to(type) + 1;

    private static Dictionary<string, string> Texts(params (string Key, string Value)[] texts) =>
        texts.ToDictionary(text => text.Key, text => text.Value);

    private IReadOnlyDictionary<string, string> MetadataOf()
    {
        using var file = PyTorchFile.Open(FilePath);
        return file.Metadata;
    }
}
