using System.Text;
using static GanKit.Tests.PyTorch.Pickle;
using static GanKit.Tests.PyTorch.TorchBytes;

namespace GanKit.Tests.PyTorch;

/// <summary>What torch.save wrote before PyTorch 1.6, sound and broken.</summary>
public class TorchLegacyTests
{
    private const CheckpointFormat Format = CheckpointFormat.PyTorchLegacy;

    private static readonly string Data = Encoding.Latin1.GetString(Numbers);

    [Fact]
    public void Read_File_HasTheTensors() => Assert.Equal([1, 2, 3], Vector(Read(Legacy(), Format)));

    [Fact]
    public void Read_View_IsTheStoragesPart()
    {
        var pickle = StateDict(Storage(view: Tuple(Text("7"), Int(1), Int(2)))).Replace(
            Ints(3), Ints(2), StringComparison.Ordinal);

        Assert.Equal([2, 3], Vector(Read(Legacy(pickle), Format)));
    }

    [Fact]
    public void Read_NoView_IsTheWholeStorage() =>
        Assert.Equal([1, 2, 3], Vector(Read(Legacy(StateDict(Storage(view: "N"))), Format)));

    [Fact]
    public void Read_BigEndian_TurnsNumbersAround()
    {
        var storages = new string([.. Little(3, 8).Reverse()]) + string.Concat(
            Data.Chunk(4).Select(number => new string([.. number.Reverse()])));

        Assert.Equal(
            [1, 2, 3], Vector(Read(Legacy(system: Dict(Text("little_endian"), "\u0089"), storages: storages), Format)));
    }

    [Fact]
    public void Read_ModuleReference_IsItsClass()
    {
        var pickle = $"({Text("module")}{Global("models.Net")}{Text("net.py")}{Text("class Net: ...")}tQ.";

        Assert.Equal(new PyTorchClass("models", "Net"), Read(Legacy(pickle, keys: null, storages: ""), Format));
    }

    [Fact]
    public void Read_FileCutAnywhere_IsRefused()
    {
        var file = Legacy();
        for (var length = 0; length < file.Length; length++)
            Refuses(file[..length], Format);
    }

    public static TheoryData<byte[], string> Broken => new()
    {
        { Legacy(protocol: "K\u0001"), "protocol 1001" },
        { Legacy(protocol: "N"), "protocol" },
        { Legacy(keys: Text("1")), "storage '1' that nothing refers to" },
        { Legacy(keys: Text("0") + Text("0")), "twice" },
        { Legacy(storages: Little(4, 8) + Data + "1234"), "has 4 elements; it should have 3" },
        { Legacy(storages: Little(3, 8) + "1234"), "in the middle of storage '0'" },
        { Legacy(storages: "1234"), "before storage '0'" },
        { Legacy(StateDict(Storage(view: Tuple(Text("7"), Int(1), Int(3))))), "view" },
        { Legacy(StateDict(Storage(view: Int(1)))), "view" },
        { Legacy($"{Storage()}{Storage(count: 4)}\u0086."), "16 in another" },
        { Legacy($"{Storage()}{Storage("1")}\u0086."), "no storage '1'" },
        { Bytes("\u0080\u0002K\u0001."), "magic" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Read_BrokenFile_SaysWhatIsWrong(byte[] file, string complaint) =>
        Assert.Contains(complaint, Refuses(file, Format).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_StorageInBytes_IsAFileWithinTheFile()
    {
        var inner = Legacy(Storage() + ".");
        var storage = Assert.IsType<PyTorchTensor>(Pickle.Load(Call("torch.storage._load_from_bytes", Bin(inner)) + "."));

        using var values = storage.Read();
        Assert.Equal([1f, 2, 3], values.data<float>().ToArray());
    }

    [Fact]
    public void Load_ZipInBytes_IsAFileWithinTheFile() => Assert.Equal(
        [1, 2, 3], Vector(Pickle.Load(Call("torch.storage._load_from_bytes", Bin(Zip(Entries()))) + ".")));

    [Fact]
    public void Load_FilesWithinFilesWithoutEnd_AreRefused()
    {
        var file = Legacy();
        for (var i = 0; i < 6; i++)
            file = Legacy(Call("torch.storage._load_from_bytes", Bin(file)) + ".");

        Assert.Contains("files lie within files", Refuses(file, Format).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SameFileWithinOverAndOver_IsRefused()
    {
        var inner = Legacy(Storage("0", 250_000) + ".", storages: Little(250_000, 8) + new string('\0', 1_000_000));
        var again = string.Concat(Enumerable.Repeat("ctorch.storage\n_load_from_bytes\nh\0R0", 20));

        Assert.Contains(
            "over and over", Pickle.Refuses($"{Bin(inner)}\u0085q\0{again}N.").Message, StringComparison.Ordinal);
    }
}
