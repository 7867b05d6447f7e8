using System.Text;

namespace GanKit.Tests.PyTorch;

public sealed class TorchSharpReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.File("weights");

    public static TheoryData<ScalarType> Types =>
    [
        ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64, ScalarType.Int32,
        ScalarType.Int16, ScalarType.Int8, ScalarType.Byte, ScalarType.Bool, ScalarType.ComplexFloat32,
        ScalarType.ComplexFloat64,
    ];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Types))]
    public void Open_WhatTorchSharpSaved_IsThatOfEveryTypeAndShape(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>
        {
            ["main.0.weight"] = arange(300).to(type).reshape(3, 100),
            ["number"] = ones([], type),
            ["empty"] = empty(2, 0, dtype: type),
            [$"long {new string('x', 300)}"] = ones(1, 1, 1, 2, dtype: type),
        };
        Save(tensors);
        using var file = PyTorchFile.Open(FilePath);
        Assert.Equal(CheckpointFormat.TorchSharp, file.Format);
        Assert.Empty(file.Metadata);
        var weights = Assert.Single(file.StateDicts);
        Assert.Equal(tensors.Keys, weights.Keys);
        foreach (var (name, read) in weights.Read())
        {
            Assert.Equal(tensors[name].shape, read.shape);
            Assert.Equal(type, read.dtype);
            Assert.True(read.eq(tensors[name]).all().item<bool>(), name);
        }
    }

    [Fact]
    public void Open_AModuleWithoutWeights_IsEmpty()
    {
        nn.ReLU().save(FilePath);
        using var file = PyTorchFile.Open(FilePath);
        Assert.Equal(CheckpointFormat.TorchSharp, file.Format);
        Assert.Empty(Assert.IsType<PyTorchDict>(file.Root));
    }

    [Fact]
    public void Open_TruncatedAnywhereOrAByteTooLong_IsRefused()
    {
        Save(new() { ["first.weight"] = rand(2, 3), ["bias"] = rand(2) });
        var whole = File.ReadAllBytes(FilePath);
        for (var length = 0; length < whole.Length; length++)
            AssertRefused(whole[..length], length > 16 ? "bytes are left|is cut off" : "");
        AssertRefused([.. whole, 0], "1 more bytes follow");
    }

    [Fact]
    public void Open_NumbersThatCannotBe_AreRefused()
    {
        byte[] sound = [1, 1, (byte)'a', 6, 0, 1, 2, 3, 4];
        File.WriteAllBytes(FilePath, sound);
        PyTorchFile.Open(FilePath).Dispose();
        byte[] endless = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F];
        byte[] negative = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01];

        AssertRefused([.. endless, .. sound[1..]], "the name of tensor 2 of 9223372036854775807 is cut off");
        AssertRefused([2, .. sound[1..], .. sound[1..]], "holds 'a' twice");
        AssertRefused([2, .. sound[1..], .. endless], "the name of tensor 2 of 2 is damaged");
        AssertRefused([2, .. sound[1..], .. negative], "the name of tensor 2 of 2 is damaged");
        AssertRefused([2, .. sound[1..], 1, 0xFF, 6, 0, 1, 2, 3, 4], "the name of tensor 2 of 2 is damaged");
        AssertRefused([2, .. sound[1..], 1, (byte)'b', 8, 0, 1, 2, 3, 4], "elements of type 8");
        AssertRefused([2, .. sound[1..], 1, (byte)'b', .. endless, 0], "elements of type 9223372036854775807");
        AssertRefused([2, .. sound[1..], 1, (byte)'b', 6, 65], "has 65 dimensions");
        AssertRefused([2, .. sound[1..], 1, (byte)'b', 6, .. negative], "has -1 dimensions");
        AssertRefused([1, 1, (byte)'a', 6, 1, .. endless, 1, 2, 3, 4], "4 bytes are left");
        AssertRefused([1, 1, (byte)'a', 6, 1, .. negative, 1, 2, 3, 4], "sizes (-1)");
        AssertRefused(
            [1, 1, (byte)'a', 6, 2, 0x80, 0x80, 0x80, 0x80, 0x20, 0x80, 0x80, 0x80, 0x80, 0x20, 1], "1 bytes are left");
    }

    [Fact]
    public void Open_MillionsOfEmptyTensors_AreRefused()
    {
        var bytes = new List<byte> { 0x81, 0x89, 0x7A }; // 2,000,001
        for (var i = 0; i < 1_000_001; i++)
        {
            bytes.AddRange(
                [4, (byte)('a' + i % 26), (byte)('a' + i / 26 % 26), (byte)('a' + i / 676 % 26), (byte)('0' + i / 17576), 6,
                    1, 0]);
        }

        AssertRefused([.. bytes], "at most 1000000 are read");
    }

    [Fact]
    public void Open_QuantisedWeights_CanBeSeenAndNotRead()
    {
        File.WriteAllBytes(FilePath, [1, 1, (byte)'a', 12, 1, 4, 1, 2, 3, 4]);
        using var file = PyTorchFile.Open(FilePath);
        var tensor = file.StateDicts[0]["a"];
        Assert.Equal("qint8", tensor.Dtype.Name);
        Assert.Contains(
            "quantised", Assert.Throws<CheckpointFormatException>(tensor.Read).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_Text_IsNotTakenForWeights()
    {
        AssertRefused(
            Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat("Nothing but words.", 50))), "no known format");
        AssertRefused([.. Enumerable.Repeat((byte)0, 100)], "no known format");
        AssertRefused([.. Enumerable.Repeat((byte)1, 100)], "no known format");
        AssertRefused([.. Enumerable.Repeat((byte)255, 100)], "no known format");
    }

    private void Save(Dictionary<string, Tensor> tensors)
    {
        using var writer = new BinaryWriter(File.Create(FilePath));
        nn.Module.save_state_dict(writer, tensors);
    }

    private void AssertRefused(byte[] content, string complaints)
    {
        File.WriteAllBytes(FilePath, content);
        var message = Assert.Throws<CheckpointFormatException>(() => PyTorchFile.Open(FilePath)).Message;
        Assert.StartsWith($"'{FilePath}' can't be read: ", message, StringComparison.Ordinal);
        Assert.Contains(complaints.Split('|'), complaint => message.Contains(complaint, StringComparison.Ordinal));
    }
}
