namespace GanKit.Tests.PyTorchParity;

/// <summary>
/// The files in Written/ were written by this library, and real PyTorch found in them what it should (check_written.py). As long as
/// the same bytes are written, that stays true.
/// </summary>
public sealed class WrittenFileTests
{
    private static readonly string Folder =
        Path.Combine(Repository.Root, "tests", "GanKit.Tests", "PyTorchParity", "Written");

    public static TheoryData<string> Names => [.. WrittenContents.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Save_Content_WritesTheBytesThatPyTorchApproved(string name)
    {
        using var scope = NewDisposeScope();
        var written = Path.Combine(AppContext.BaseDirectory, "Written", $"{name}.pth");
        PyTorchFile.Save(written, WrittenContents.All[name]());

        var approved = Path.Combine(Folder, $"{name}.pth");
        Assert.True(File.Exists(approved) && File.ReadAllBytes(approved).AsSpan().SequenceEqual(File.ReadAllBytes(written)),
            $"'{written}' has other bytes than {approved}. If that was meant, put it there and run check_written.py with PyTorch 1.13 and 2.6.");
    }
}
