using System.Text;

namespace GanKit.Tests.PyTorch;

/// <summary>What stands where weights should be is called by its name.</summary>
public sealed class CheckpointOpenerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 11378240\n", "'git lfs pull'")]
    [InlineData("<!DOCTYPE html>\n<html><head>", "a web page")]
    [InlineData("\n <HTML><head>", "a web page")]
    [InlineData("\u0089PNG\r\n\u001a\n\0\0\0\rIHDR", "a picture")]
    [InlineData("\u00ff\u00d8\u00ff\u00e0\0\u0010JFIF", "a picture")]
    [InlineData("GIF89a\u0001\0", "a picture")]
    [InlineData("These are notes about the weights.", "of no known format")]
    public void Open_OfSomethingElse_SaysWhatItIs(string content, string expected)
    {
        var path = _folder.File("weights.pth");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(content));

        var error = Assert.Throws<CheckpointFormatException>(() => PyTorchFile.Open(path));

        Assert.Contains("weights.pth' can't be read: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OfNothing_SaysWhereItLooked()
    {
        var error = Assert.Throws<FileNotFoundException>(() => PyTorchFile.Open("none.pth"));

        Assert.Equal($"There is no file 'none.pth' in '{Environment.CurrentDirectory}'.", error.Message);
        Assert.Equal("none.pth", error.FileName);
    }
}
