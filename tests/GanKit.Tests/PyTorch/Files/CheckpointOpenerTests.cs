using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace GanKit.Tests.PyTorch;

/// <summary>What stands where weights should be is called by its name.</summary>
public sealed class CheckpointOpenerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Contents => new()
    {
        { "", "it is empty" },
        { "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 11378240\n", "'git lfs pull'" },
        { "/annex/objects/SHA256E-s5--ab.pth\n", "'git annex get'" },
        { "<!DOCTYPE html>\n<html><head>", "a web page" },
        { "<!DOCTYPE html><html><head><title>Sign in - Drive</title>", "a web page, not weights ('Sign in - Drive')" },
        { "\n <HTML><head>", "a web page" },
        { "\u00ef\u00bb\u00bf<!doctype html>", "a web page" },
        { "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code>", "servers send for errors" },
        { "404: Not Found", "a text: '404: Not Found'" },
        { "content not found\nhere", "a text: 'content not found'" },
        { "Access to model x is restricted. You must be authenticated.", "a text: 'Access to model x" },
        { "\u0089PNG\r\n\u001a\n\0\0\0\rIHDR", "a picture" },
        { "\u00ff\u00d8\u00ff\u00e0\0\u0010JFIF", "a picture" },
        { "GIF89a\u0001\0", "a picture" },
        { "RIFF\u0010\0\0\0WEBPVP8 ", "a picture" },
        { "\0\0\0\u0018ftypheic", "a picture" },
        { "BM\u0036\0\0\0", "a picture" },
        { "\u001f\u008b\u0008\0\0\0\0\0\0\u0003", "a gzip archive. Unpack it first" },
        { "BZh91AY&SY\u0012", "a bzip2 archive. Unpack it first" },
        { "\u00fd7zXZ\0\0\u0004", "an xz archive. Unpack it first" },
        { "7z\u00bc\u00af\u0027\u001c\0\u0004", "a 7z archive. Unpack it first" },
        { "\u0028\u00b5\u002f\u00fd\u0004\0", "a zstd archive. Unpack it first" },
        { "Rar!\u001a\u0007\u0001\0", "a RAR archive. Unpack it first" },
        { "\u0004\u0022\u004d\u0018\u0064\u0040", "an lz4 archive. Unpack it first" },
        { "\u005d\0\0\u0080\0\u00ff", "an lzma archive. Unpack it first" },
        { "\u0078\u009c\u00ed\u00bd", "zlib, as joblib.dump" },
        { Tar("weights/a.pth"), "a tar archive. Unpack it first" },
        { Tar("sys_info"), "before version 0.1.10" },
        { "\u0089HDF\r\n\u001a\n\0\0", "an HDF5 file, as Keras" },
        { new string('\u0001', 512) + "\u0089HDF\r\n\u001a\n\0\0", "an HDF5 file" },
        { "MATLAB 5.0 MAT-file, Platform: GLNXA64", "a MATLAB file" },
        { "\u0008\u0007\u0012\u0007pytorch\u001a\u00051.9.0", "an ONNX model" },
        { "\u0008\u000a:\u00e5\u0002\n\u0010", "an ONNX model" },
        { "\u0093NUMPY\u0001\0v\0{'descr': '<f4'", "a NumPy array (.npy)" },
        { "\u0008\u0001\u0012\u00b4\u001a\u000a", "a TensorFlow SavedModel" },
        { "\u000a\u001c\u000a\u0005input\u0012\u000bPlaceholder", "a TensorFlow graph" },
        { "\u001c\0\0\0TFL3\u0014\0", "a TensorFlow Lite model" },
        { "model_checkpoint_path: \"model.ckpt-1000\"\n", "a folder of TensorFlow checkpoints" },
        { "\0\0\u0002\u0008\u0001W\u00fb\u0080\u008b\u0024\u0075\u0047\u00db", "a part of a TensorFlow checkpoint" },
        { "GGUF\u0003\0\0\0", "a GGUF file" },
        { "tjgg\u0003\0\0\0", "a GGML file" },
        { "\u0082\u00a6params\u0081\u00a5Dense", "MessagePack, as Flax" },
        { "\u0004\0\0\0\u0001\0\0\0\u0003\0\0\0V 1", "Torch7" },
        { "%PDF-1.7\n", "a PDF document" },
        { "\u007fELF\u0002\u0001", "a program" },
        { new string('\0', 600), "nothing but zeros" },
        { "These are notes about the weights.", "of no known format" },
        { "\u00fe\u00dc\u00ba\u0098", "of no known format" },
        { "\u0080\u0004cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\u0081.", "a file of joblib.dump" },
    };

    /// <summary>Whatever reads checkpoints says the same of them.</summary>
    [Theory]
    [MemberData(nameof(Contents))]
    public void Open_OfSomethingElse_SaysWhatItIs(string content, string expected)
    {
        var path = _folder.File("weights.pth");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(content));
        using var network = nn.Linear(1, 1);
        using var optimizer = optim.SGD(network.parameters(), 1);
        Action[] entries =
        [
            () => PyTorchFile.Open(path).Dispose(), () => PyTorchFile.Inspect(path),
            () => network.LoadWeights(path), () => network.LoadWeights(_folder.Path), () => optimizer.LoadPyTorch(path),
            () => GeneratorFactory.FromCheckpoint(path).Dispose(), () => GeneratorFactory.Inspect(path),
            () => PyTorchFile.Open(new MemoryStream(Encoding.Latin1.GetBytes(content))).Dispose(),
        ];
        foreach (var entry in entries)
        {
            var error = Assert.Throws<CheckpointFormatException>(entry);
            Assert.Contains(" can't be read: ", error.Message, StringComparison.Ordinal);
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Names end in .dat, .safetensors, .index and so on for what is no such thing, too.</summary>
    [Theory]
    [InlineData("weights.dat")]
    [InlineData("model.safetensors")]
    [InlineData("model.ckpt")]
    public void Open_OfAnArchiveUnderAnyName_SaysWhatItIs(string name)
    {
        using (var gzip = new GZipStream(File.Create(_folder.File(name)), CompressionLevel.Fastest))
            gzip.Write(new byte[5_000]);

        Assert.Contains(
            "a gzip archive", Assert.Throws<CheckpointFormatException>(() => PyTorchFile.Open(_folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a NumPy archive (.npz)", "weight.npy", "bias.npy")]
    [InlineData("a Keras model (.keras)", "metadata.json", "config.json", "model.weights.h5")]
    [InlineData("with a TensorFlow SavedModel", "m/saved_model.pb", "m/variables/variables.index")]
    [InlineData("a zip archive around 'netG/latest.pth'", "readme.txt", "netG/latest.pth")]
    [InlineData("not one of torch.save: it has no data.pkl. It holds a.txt", "a.txt")]
    public void Open_OfAZipOfSomethingElse_SaysWhatItIs(string expected, params string[] entries)
    {
        var path = _folder.File("weights.pth");
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            foreach (var entry in entries)
                zip.CreateEntry(entry);
        }

        Assert.Contains(
            expected, Assert.Throws<CheckpointFormatException>(() => PyTorchFile.Open(path)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.ckpt.data-00000-of-00001", "\u0001\u0002\u00ff\u00fe", "a part of a TensorFlow checkpoint")]
    [InlineData("saved_model.pb", "\u0008\u0001\u0012\u00b4\u001a\u000a", "Of its 'saved_model.pb': it is a TensorFlow SavedModel")]
    [InlineData("model.h5", "\u0089HDF\r\n\u001a\n\0\0", "Of its 'model.h5': it is an HDF5 file")]
    public void Open_OfAFolderOfSomethingElse_SaysWhatItIs(string name, string content, string expected)
    {
        File.WriteAllText(_folder.File("notes.txt"), "Notes.");
        File.WriteAllBytes(_folder.File(name), Encoding.Latin1.GetBytes(content));

        var error = Assert.Throws<CheckpointFormatException>(() => PyTorchFile.Open(_folder.Path));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("notes.txt", error.Message, StringComparison.Ordinal);
    }

    /// <summary>TorchSharp's format has no mark of its own: counts and lengths may look like one of another.</summary>
    [Theory]
    [InlineData(66, 77)] // BM
    [InlineData(77, 90)] // MZ
    [InlineData(120, 1)] // zlib
    [InlineData(71, 71)] // GG
    public void Open_OfTorchSharpsFormatThatLooksLikeAnother_IsRead(int count, int nameLength)
    {
        var tensors = Enumerable.Range(0, count).ToDictionary(
            i => i == 0 ? new string('w', nameLength) : $"b{i}", _ => zeros(1));
        using (var writer = new BinaryWriter(File.Create(_folder.File("weights.dat"))))
            nn.Module.save_state_dict(writer, tensors);

        using var file = PyTorchFile.Open(_folder.File("weights.dat"));

        Assert.Equal((CheckpointFormat.TorchSharp, count), (file.Format, file.StateDicts.Single().Count));
        foreach (var tensor in tensors.Values)
            tensor.Dispose();
    }

    [Fact]
    public void Open_OfNothing_SaysWhereItLooked()
    {
        var error = Assert.Throws<FileNotFoundException>(() => PyTorchFile.Open("none.pth"));

        Assert.Equal($"There is no file 'none.pth' in '{Environment.CurrentDirectory}'.", error.Message);
        Assert.Equal("none.pth", error.FileName);
    }

    private static string Tar(string name)
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.V7, leaveOpen: true))
            tar.WriteEntry(new V7TarEntry(TarEntryType.V7RegularFile, name));
        return Encoding.Latin1.GetString(stream.ToArray());
    }
}
