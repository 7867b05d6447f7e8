namespace GanKit.Tests.Data;

/// <summary>Which files of a folder are its images: pictures that are not read, and folders that are reached twice.</summary>
public sealed class ImageListingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string[] Names(ImageDataset set) =>
        [.. Enumerable.Range(0, set.Count).Select(i => Path.GetRelativePath(_folder.Path, set.Source.Name(i)))];

    private void Link(string name, string target) => Directory.CreateSymbolicLink(_folder.File(name), target);

    [Fact]
    public void LeftOut_PicturesOfOtherFormats_AreNamedAndTold()
    {
        string[] others =
        [
            "a.tif", "b.TIFF", "c.avif", "d.heic", "e.ppm", "f.pgm", "g.pbm", "h.jxl", "i.jp2", "j.tga", "k.psd", "l.svg", "m.heif", "n.ico",
            "o.exr", "p.dng", "q.mpo",
        ];
        foreach (var name in others)
            _folder.Write("in/" + name, [1]);
        foreach (var name in new[] { "notes.txt", "labels.csv", ".hidden.tif", "dataset.json", "tif" })
            _folder.Write(name, [1]);
        _folder.WriteImage("a.png", 3);

        var set = ImageFolder.Load(_folder.Path);

        Assert.Equal(["a.png"], Names(set));
        Assert.Equal(others.Select(name => _folder.File("in/" + name)), set.LeftOut);
        Assert.True(Notices.HasWarned($"Pictures in '{_folder.Path}' are left out"));
        Assert.Equal(set.LeftOut, set.Take(1).Resize(4).LeftOut);
        Assert.Equal(set.LeftOut, ImagePairs.Colorization(_folder.Path).LeftOut);
        Assert.Equal(set.LeftOut, ImagePairs.SideBySide(_folder.Path).LeftOut);
        Assert.Equal(2 * set.LeftOut.Count, ImageDataset.Unpaired(set.Source, set.Source).LeftOut.Count);
    }

    [Fact]
    public void LeftOut_NoOtherPictures_IsEmptyAndNothingIsTold()
    {
        _folder.WriteImage("a.png", 3);
        _folder.Write("notes.txt", [1]);
        Assert.Empty(ImageFolder.Load(_folder.Path).LeftOut);
        Assert.False(Notices.HasWarned($"Pictures in '{_folder.Path}'"));
    }

    [Fact]
    public void Load_OnlyPicturesOfOtherFormats_CountsAndNamesThem()
    {
        foreach (var name in new[] { "a.tif", "b.tif", "c.heic", "notes.txt" })
            _folder.Write(name, [1]);
        var message = Assert.Throws<InvalidDataException>(() => ImageFolder.Load(_folder.Path)).Message;
        Assert.Contains("of 4 files none ends in", message);
        Assert.Contains("3 files are pictures of another format (2 .tif, 1 .heic): a.tif, b.tif, c.heic. Convert them", message);
    }

    [Fact]
    public void Load_LinksToFoldersThatAreReadAlready_ReadsEachOnce()
    {
        foreach (var name in new[] { "m/1.png", "m/deep/2.png", "z/3.png" })
            _folder.WriteImage(name, 3);
        Link("a", _folder.File("m")); // before it in the order of names
        Link("m/up", _folder.Path); // round and round
        Link("z/self", ".");
        Link("z/deep", Path.Combine("..", "m", "deep"));
        Assert.Equal(["m/1.png", "m/deep/2.png", "z/3.png"], Names(ImageFolder.Load(_folder.Path)));
    }

    [Fact]
    public void Load_LinksToAFolderElsewhere_ReadsItOnce()
    {
        using var other = new TemporaryFolder();
        other.WriteImage("in/1.png", 3);
        Link("b", other.Path);
        Link("c", other.File("in"));
        Link("d", _folder.File("b")); // a link to a link
        Assert.Equal(["b/in/1.png"], Names(ImageFolder.Load(_folder.Path)));
        Assert.Equal(["d/in/1.png"], Names(ImageFolder.Load(_folder.File("d"))));
    }

    [Fact]
    public void Load_LinkedClasses_AreLabelledByTheirLinks()
    {
        using var other = new TemporaryFolder();
        foreach (var name in new[] { "cat/1.png", "dog/1.png" })
            other.WriteImage(name, 3);
        Link("hound", other.File("dog"));
        Link("kitten", other.File("cat"));
        var set = ImageFolder.Load(_folder.Path, labelled: true);
        Assert.Equal(["hound", "kitten"], set.Classes);
        Assert.Equal(["hound/1.png", "kitten/1.png"], Names(set));
    }

    [Fact]
    public void Load_LinksToFiles_AreFilesOfTheirOwn()
    {
        _folder.WriteImage("a.png", 3);
        File.CreateSymbolicLink(_folder.File("b.png"), _folder.File("a.png"));
        Assert.Equal(["a.png", "b.png"], Names(ImageFolder.Load(_folder.Path)));
    }

    [Fact]
    public void Folders_OneWithinTheOther_HaveTheirOwnImagesEach()
    {
        foreach (var name in new[] { "photo/1.png", "photo/2.png", "photo/mask/1.png", "photo/mask/2.png" })
            _folder.WriteImage(name, 3);
        Assert.Equal(2, ImagePairs.Folders(_folder.File("photo"), _folder.File("photo/mask")).Count);
        Assert.Equal(2, ImagePairs.Folders(_folder.File("photo/mask"), _folder.File("photo")).Count);
    }

    [Theory, InlineData("photo", "photo/"), InlineData("photo", "link")]
    public void Folders_OneFolderTwice_SaysSo(string inputs, string targets)
    {
        _folder.WriteImage("photo/1.png", 3);
        Link("link", "photo");
        var error = Assert.Throws<ArgumentException>(nameof(targets), () => ImagePairs.Folders(_folder.File(inputs), _folder.File(targets)));
        Assert.Contains("are one folder", error.Message);
    }
}
