namespace GanKit.Tests.PyTorch;

/// <summary>Real files, cut at every byte: each ends in the one exception, if not in the bytes after its end.</summary>
public class TruncationTests
{
    private static readonly string Folder = Path.Combine(
        Repository.Root, "tests", "GanKit.Tests", "PyTorchParity", "Files");

    [Theory]
    [InlineData("torch-2.6/checkpoint.zip.pth", CheckpointFormat.PyTorchZip)]
    [InlineData("torch-1.13/checkpoint.legacy.pth", CheckpointFormat.PyTorchLegacy)]
    [InlineData("torch-2.6/stylegan.pickle4.pkl", CheckpointFormat.Pickle)]
    [InlineData("torch-2.6/numpy_values.pickle2.pkl", CheckpointFormat.Pickle)]
    [InlineData("torch-2.6/containers.pickle5.pkl", CheckpointFormat.Pickle)]
    [InlineData("torch-2.6/zip_compressed.zip.pth", CheckpointFormat.PyTorchZip)]
    [InlineData("python2/checkpoint.legacy.pth", CheckpointFormat.PyTorchLegacy)]
    public void Read_FileCutAnywhere_IsRefused(string name, CheckpointFormat format)
    {
        var file = File.ReadAllBytes(Path.Combine(Folder, name));

        for (var length = 0; length < file.Length; length++)
            TorchBytes.Refuses(file[..length], format);
    }

    [Theory]
    [InlineData("torch-2.6/checkpoint.zip.pth")]
    [InlineData("torch-1.13/checkpoint.legacy.pth")]
    [InlineData("torch-2.6/none.pickle2.pkl")]
    public void Open_FileCutAnywhere_IsRefused(string name)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "cut");
        var file = File.ReadAllBytes(Path.Combine(Folder, name));

        for (var length = 0; length < file.Length; length += 1 + (length / 100))
        {
            File.WriteAllBytes(path, file[..length]);
            Assert.Throws<CheckpointFormatException>(() => PyTorchFile.Open(path));
        }
    }
}
