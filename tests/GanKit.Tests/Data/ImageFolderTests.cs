using System.Drawing;

namespace GanKit.Tests.Data;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string[] Names(ImageDataset set) =>
        [.. Enumerable.Range(0, set.Count).Select(
            i => Path.GetRelativePath(_folder.Path, set.Source.Name(i)).Replace('\\', '/'))];

    [Fact]
    public void Load_FoldersInFolders_ListsImagesInOrdinalOrder()
    {
        foreach (var name in new[] { "b.PNG", "a/z.jpg", "a-1.webp", "a/B/x.jpeg", "a/b.gif", "c.bmp" })
            _folder.Write(name, [1]);
        foreach (var name in new[] { "notes.txt", ".hidden.png", "a/._b.png", "png" })
            _folder.Write(name, [1]);
        Assert.Equal(
            ["a-1.webp", "a/B/x.jpeg", "a/b.gif", "a/z.jpg", "b.PNG", "c.bmp"], Names(ImageFolder.Load(_folder.Path)));
    }

    [Fact]
    public void Load_Labelled_NumbersTheFirstFolders()
    {
        foreach (var name in new[] { "dog/1.png", "cat/tabby/1.png", "cat/2.png", "ant/1.png" })
            _folder.WriteImage(name, 5);
        var set = ImageFolder.Load(_folder.Path, labelled: true);
        Assert.Equal(["ant", "cat", "dog"], set.Classes);
        Assert.Equal([0L, 1, 1, 2], Enumerable.Range(0, 4).Select(i => set.Source.Label(i)!.Value));
        foreach (var batch in set.Batches(4, shuffle: false))
            Assert.Equal([0L, 1, 1, 2], batch.Condition!.data<long>().ToArray());

        _folder.WriteImage("stray.png", 5);
        Assert.Contains(
            "'stray.png'", Assert.Throws<InvalidDataException>(() => ImageFolder.Load(_folder.Path, labelled: true))
                .Message);
    }

    [Fact]
    public void Load_Classes_GiveTrainAndTestOneSetOfLabels()
    {
        foreach (var name in new[] { "train/ant/1.png", "train/cat/1.png", "train/dog/1.png", "test/dog/1.png",
            "test/cat/1.png" })
            _folder.WriteImage(name, 5);
        var train = ImageFolder.Load(_folder.File("train"), labelled: true);
        var test = ImageFolder.Load(_folder.File("test"), classes: train.Classes);
        Assert.Equal(train.Classes, test.Classes);
        foreach (var batch in test.Batches(2, shuffle: false))
            Assert.Equal([1L, 2], batch.Condition!.data<long>().ToArray());

        _folder.WriteImage("test/emu/1.png", 5);
        Assert.Contains(
            "'emu'", Assert.Throws<InvalidDataException>(() => ImageFolder.Load(_folder.File("test"),
                classes: train.Classes)).Message);
        Assert.Throws<ArgumentException>(
            "classes", () => ImageFolder.Load(_folder.File("test"), classes: ["cat", "cat", "dog", "emu"]));
    }

    [Theory, InlineData(1), InlineData(3), InlineData(4)]
    public void Load_Channels_AreThoseOfTheImages(int channels)
    {
        _folder.WriteImage("a.png", 51, width: 3, height: 2);
        using var image = ImageFolder.Load(_folder.Path, channels).Source.Open(0).ToTensor();
        Assert.Equal([channels, 2, 3], image.shape);
        Assert.Equal(51 / 127.5 - 1, image[0, 1, 2].item<float>(), 1e-6);
    }

    [Fact]
    public void Load_Background_ShowsThroughTransparency()
    {
        _folder.Write("a.png", Companion.Png16.Write(1, 1, Companion.Png16.Rgba, [0, 0, 0, 0]));
        using var white = ImageFolder.Load(_folder.Path).Source.Open(0).ToTensor();
        using var red = ImageFolder.Load(_folder.Path, background: Color.Red).Source.Open(0).ToTensor();
        Assert.Equal([1f, 1, 1], white.data<float>().ToArray());
        Assert.Equal([1f, -1, -1], red.data<float>().ToArray());
    }

    [Fact]
    public void Load_NoImages_SaysWhatWasLookedFor()
    {
        _folder.Write("notes.txt", [1]);
        var message = Assert.Throws<InvalidDataException>(() => ImageFolder.Load(_folder.Path)).Message;
        Assert.Contains("of 1 files none ends in .png, .jpg", message);
    }

    [Fact]
    public void Load_EmptyFolder_SaysThatItIsEmpty()
    {
        Directory.CreateDirectory(_folder.File("empty"));
        _folder.Write("empty/.hidden.png", [1]);
        Assert.Contains(
            "it is empty, but for what is hidden",
            Assert.Throws<InvalidDataException>(() => ImageFolder.Load(_folder.File("empty"))).Message);
    }

    [Fact]
    public void Load_File_SaysThatAFolderIsNeeded()
    {
        _folder.WriteImage("1.png", 5);
        Assert.Contains(
            "1.png' is a file", Assert.Throws<DirectoryNotFoundException>(() => ImageFolder.Load(_folder.File("1.png")))
                .Message);
    }

    [Fact]
    public void Load_NoFolderOfARelativePath_SaysWhereItWasLookedFor()
    {
        var path = Path.Combine("nowhere", "to be found");
        Assert.Contains(
            $"It was looked for at '{Path.GetFullPath(path)}'",
            Assert.Throws<DirectoryNotFoundException>(() => ImageFolder.Load(path)).Message);
    }

    [Fact]
    public void Load_NoFolder_NamesIt() =>
        Assert.Contains(
            "nowhere", Assert.Throws<DirectoryNotFoundException>(() => ImageFolder.Load(_folder.File("nowhere"))).Message);

    [Theory, InlineData(0), InlineData(2)]
    public void Load_OtherChannels_Throws(int channels) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(channels), () => ImageFolder.Load(_folder.Path, channels));
}
