using System.Buffers.Binary;
using System.IO.Compression;
using static GanKit.Tests.PyTorch.TorchBytes;

namespace GanKit.Tests.PyTorch;

/// <summary>Zip archives of torch.save, sound and broken.</summary>
public class TorchZipTests
{
    private const CheckpointFormat Format = CheckpointFormat.PyTorchZip;

    [Theory]
    [InlineData("archive/", CompressionLevel.NoCompression)]
    [InlineData("", CompressionLevel.NoCompression)]
    [InlineData("epoch 12/", CompressionLevel.Optimal)]
    public void Read_Archive_HasTheTensors(string folder, CompressionLevel level)
    {
        var root = Read(Zip(Entries(folder: folder), level), Format);

        Assert.Equal([1, 2, 3], Vector(root));
        Assert.Equal("cuda:0", Assert.IsType<PyTorchTensor>(Assert.IsType<PyTorchDict>(root)["w"]).SavedOn);
    }

    [Fact]
    public void Read_StoragesBelowTensors_AreFound()
    {
        var entries = Entries();
        entries.Remove("archive/data/0");
        entries["archive/tensors/0"] = Numbers;

        Assert.Equal([1, 2, 3], Vector(Read(Zip(entries), Format)));
    }

    [Fact]
    public void Read_BigEndian_TurnsNumbersAround()
    {
        var entries = Entries();
        entries["archive/byteorder"] = "big"u8.ToArray();
        entries["archive/data/0"] = [.. new[] { 1f, 2, 3 }.SelectMany(number => BitConverter.GetBytes(number).Reverse())];

        Assert.Equal([1, 2, 3], Vector(Read(Zip(entries), Format)));
    }

    [Fact]
    public void Read_SharedStorage_IsOneMemory()
    {
        var pickle = $"{Pickle.Dict(Pickle.Text("a"), Tensor(Storage()), Pickle.Text("b"), Tensor(Storage(), offset: 1, size: 2))}.";

        var dict = Assert.IsType<PyTorchDict>(Read(Zip(Entries(pickle)), Format));

        Assert.Same(Assert.IsType<PyTorchTensor>(dict["a"]).Storage, Assert.IsType<PyTorchTensor>(dict["b"]).Storage);
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void Read_ArchiveCutAnywhere_IsRefused(CompressionLevel level)
    {
        var file = Zip(Entries(), level);
        for (var length = 0; length < file.Length; length++)
            Assert.Contains("truncated", Refuses(file[..length], Format).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("byteorder", "middle", "byteorder")]
    [InlineData("version", "11", "version")]
    [InlineData("version", "new", "version")]
    [InlineData("version", "                 1", "one word")]
    [InlineData("constants.pkl", "", "TorchScript")]
    [InlineData("code/model.py", "", "TorchScript")]
    [InlineData("data/0", "12345678", "has 8 bytes")]
    [InlineData("data.pkl", "N", "entry 'archive/data.pkl', byte 1")]
    public void Read_WrongEntry_IsNamed(string name, string content, string complaint)
    {
        var entries = Entries();
        entries[$"archive/{name}"] = Pickle.Bytes(content);

        Assert.Contains(complaint, Refuses(Zip(entries), Format).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MissingStorage_IsNamed()
    {
        var entries = Entries();
        entries.Remove("archive/data/0");

        Assert.Contains("no entry 'archive/data/0'", Refuses(Zip(entries), Format).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NQ.")]
    [InlineData(")Q.")]
    [InlineData("(X\u0007\0\0\0storageNNNNtQ.")]
    public void Read_WrongReference_IsRefused(string pickle) =>
        Assert.Contains("reference", Refuses(Zip(Entries(pickle)), Format).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_StorageOfAnUnknownClassOrSize_IsRefused()
    {
        Assert.Contains(
            "class of storages",
            Refuses(Zip(Entries(Storage(type: "Storage") + ".")), Format).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "impossible", Refuses(Zip(Entries(Storage(count: -1) + ".")), Format).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OtherArchive_SaysWhatItHolds()
    {
        Assert.Contains(
            "not one of torch.save", Refuses(Zip(new() { ["a.txt"] = [] }), Format).Message, StringComparison.Ordinal);
        Assert.Contains("a.txt", Refuses(Zip(new() { ["a.txt"] = [] }), Format).Message, StringComparison.Ordinal);
        Assert.Contains("empty", Refuses(Zip([]), Format).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ZipBombs_AreRefused()
    {
        var storage = Entries();
        storage["archive/data/0"] = new byte[300 << 20];
        var pickle = Entries();
        pickle["archive/data.pkl"] = new byte[20 << 20];

        Assert.Contains(
            "unpack", Refuses(Zip(storage, CompressionLevel.Optimal), Format).Message, StringComparison.Ordinal);
        Assert.Contains("unpack", Refuses(Zip(pickle, CompressionLevel.Optimal), Format).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DamagedPackedStorage_IsRefusedWhenItIsRead()
    {
        var entries = Entries();
        entries["archive/data/0"] = [.. Enumerable.Range(0, 4000).Select(i => (byte)(i * i))];
        var file = Zip(entries, CompressionLevel.Optimal);
        file.AsSpan(file.AsSpan().IndexOf("data/0"u8) + 6, 100).Fill(0xff);

        var tensor = Assert.IsType<PyTorchTensor>(Assert.IsType<PyTorchDict>(Read(file, Format))["w"]);

        Assert.Contains(
            "packed bytes", Assert.Throws<CheckpointFormatException>(tensor.Read).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, 12, "method 12")]
    [InlineData(8, 1, "password")]
    [InlineData(20, 13, "can't be kept")]
    [InlineData(24, 13, "can't be kept")]
    [InlineData(42, 7, "begin at byte")]
    [InlineData(42, int.MaxValue, "are asked of")]
    [InlineData(20, int.MaxValue, "entries of")]
    public void Read_DirectoryThatLies_IsRefused(int place, int value, string complaint)
    {
        var file = Zip(Entries());
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(LastHeader(file, "data/0") + place), value);

        Assert.Contains(complaint, Refuses(file, Format).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TwoEntriesOfOneName_AreRefused()
    {
        var file = Zip(new() { ["archive/a"] = [], ["archive/b"] = [] });
        file[LastHeader(file, "archive/b") + 46 + 8] = (byte)'a';

        Assert.Contains("two entries", Refuses(file, Format).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EntriesOverEachOther_AreRefused()
    {
        var entries = Entries();
        entries["archive/data/0"] = new byte[1000];
        entries["archive/data/1"] = new byte[1];
        var file = Zip(entries);
        var (first, second) = (LastHeader(file, "data/0"), LastHeader(file, "data/1"));
        file.AsSpan(first + 20, 8).CopyTo(file.AsSpan(second + 20));
        file.AsSpan(first + 42, 4).CopyTo(file.AsSpan(second + 42));

        Assert.Contains("entries of", Refuses(file, Format).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Directory64_IsUsed()
    {
        var file = Zip(Entries());
        var end = file.AsSpan(^22..).ToArray();
        var record = new byte[56 + 20];
        BinaryPrimitives.WriteUInt32LittleEndian(record, 0x06064b50);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(40), BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(12)));
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(48), BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(16)));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(56), 0x07064b50);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(64), file.Length - 22);
        end.AsSpan(12, 8).Fill(0xff);

        Assert.Equal([1, 2, 3], Vector(Read([.. file[..^22], .. record, .. end], Format)));
        record[0] = 0;
        Assert.Contains("64-bit", Refuses([.. file[..^22], .. record, .. end], Format).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Entry64_IsUsed()
    {
        // The last entry's sizes move into an extra field, as they do beyond 4 GB.
        var entries = Entries();
        entries.Remove("archive/version");
        var file = Zip(entries);
        var header = LastHeader(file, "data/0");
        var extra = new byte[4 + 16];
        (extra[0], extra[2], extra[4], extra[12]) = (1, 16, 12, 12);
        var end = file.AsSpan(^22..).ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(
            end.AsSpan(12), BinaryPrimitives.ReadInt32LittleEndian(end.AsSpan(12)) + extra.Length);
        file.AsSpan(header + 20, 8).Fill(0xff);
        file[header + 30] = (byte)extra.Length;

        Assert.Equal([1, 2, 3], Vector(Read([.. file[..^22], .. extra, .. end], Format)));
        extra[0] = 9;
        Assert.Contains(
            "64-bit size", Refuses([.. file[..^22], .. extra, .. end], Format).Message, StringComparison.Ordinal);
    }

    /// <summary>Where an entry's header in the archive's directory begins.</summary>
    private static int LastHeader(byte[] file, string name) =>
        file.AsSpan(0, file.AsSpan().LastIndexOf(Pickle.Bytes(name))).LastIndexOf("PK\u0001\u0002"u8);
}
