namespace GanKit.Tests.PyTorch;

/// <summary>Files are told apart by their first bytes, and are only read where they have to be.</summary>
public class PickleFileTests
{
    public static TheoryData<byte[], CheckpointFormat> Files => new()
    {
        { TorchBytes.Zip(TorchBytes.Entries()), CheckpointFormat.PyTorchZip },
        { TorchBytes.Legacy(), CheckpointFormat.PyTorchLegacy },
        { Pickle.Bytes("\u0080\u0002}."), CheckpointFormat.Pickle },
        { Pickle.Bytes("\u0080\u0004\u0095\u0002\0\0\0\0\0\0\0}."), CheckpointFormat.Pickle },
        { Pickle.Bytes("(dp0\nS'a'\np1\nI1\ns."), CheckpointFormat.Pickle },
        { Pickle.Bytes("(lp0\n."), CheckpointFormat.Pickle },
        { Pickle.Bytes("}q\0."), CheckpointFormat.Pickle },
        { Pickle.Bytes("]q\u0001."), CheckpointFormat.Pickle },
        { Pickle.Bytes("ccollections\nOrderedDict\n(tR."), CheckpointFormat.Pickle },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Open_File_IsOfItsFormat(byte[] content, CheckpointFormat format)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "weights");
        File.WriteAllBytes(path, content);

        using var file = PyTorchFile.Open(path);

        Assert.Equal(format, file.Format);
    }

    [Fact]
    public void Open_RefusedFile_IsNamedAndNotKeptOpen()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "evil.pkl");
        File.WriteAllBytes(path, Pickle.Bytes("\u0080\u0002cos\nsystem\n)R."));

        var error = Assert.Throws<CheckpointFormatException>(() => PyTorchFile.Open(path));

        Assert.StartsWith(
            $"'{path}' can't be read: the pickle, byte 14 (REDUCE): it asks for os.system", error.Message,
            StringComparison.Ordinal);
        using var exclusive = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    [Fact]
    public void Read_ClosedFile_Throws()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "weights.pth");
        File.WriteAllBytes(path, TorchBytes.Zip(TorchBytes.Entries()));
        PyTorchTensor tensor;
        using (var file = PyTorchFile.Open(path))
            tensor = Assert.IsType<PyTorchTensor>(Assert.IsType<PyTorchDict>(file.Root)["w"]);

        Assert.Throws<ObjectDisposedException>(tensor.Read);
    }

    [Fact]
    public void Read_StorageOfMegabytes_IsNotTouchedOnOpening()
    {
        var counted = new CountedData(TorchBytes.Zip(new(TorchBytes.Entries()) { ["archive/data/0"] = new byte[4 << 20] }));

        TorchReader.Read(counted, CheckpointFormat.PyTorchZip);

        Assert.InRange(counted.BytesRead, 1, 200_000);
    }

    [Fact]
    public void Read_LongBytesInAPickle_AreNotTouchedOnOpening()
    {
        var counted = new CountedData(Pickle.Bytes(NumpyTests.Array("u1", [4 << 20], new byte[4 << 20]) + "."));

        TorchReader.Read(counted, CheckpointFormat.Pickle);

        Assert.InRange(counted.BytesRead, 1, 200_000);
    }

    private sealed class CountedData(byte[] bytes) : StorageData
    {
        internal long BytesRead { get; private set; }

        internal override long Length => bytes.Length;

        internal override void Read(long offset, Span<byte> destination)
        {
            BytesRead += destination.Length;
            bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
        }
    }
}
