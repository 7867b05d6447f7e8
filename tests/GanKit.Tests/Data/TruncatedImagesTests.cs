using GanKit.Tests.PyTorchParity;

namespace GanKit.Tests.Data;

/// <summary>Files that break off, and what else of pictures is lost, in a loader.</summary>
public sealed class TruncatedImagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ImageDataset Photos()
    {
        using var scope = NewDisposeScope();
        var fixture = Fixture.Load("pictures");
        foreach (var (name, kind) in new[] { ("a.jfif", "progressive"), ("b.jpg", "progressive"), ("c.png", "png"), ("d.webp", "webp_animated") })
            _folder.Write(name, fixture[$"cut.{kind}.file"].bytes.ToArray());
        return ImageFolder.Load(_folder.Path);
    }

    private string Cut(string name, double share)
    {
        var file = File.ReadAllBytes(_folder.File(name));
        File.WriteAllBytes(_folder.File(name), file[..(int)(file.Length * share)]);
        return _folder.File(name);
    }

    [Fact]
    public void MoveNext_TruncatedProgressiveJpeg_FailsByName()
    {
        var photos = Photos();
        var cut = Cut("b.jpg", 0.9);
        var message = Assert.Throws<InvalidDataException>(() => photos.Batches(4, shuffle: false).ToArray()).Message;
        Assert.Contains($"'{cut}' (JPEG) is truncated", message);
        Assert.Contains("takeTruncated", message);
    }

    [Fact]
    public void Epoch_TakingTruncated_CountsEachOnce()
    {
        var photos = Photos();
        string[] cut = [Cut("b.jpg", 0.9), Cut("c.png", 0.7), Cut("d.webp", 0.9)];
        var batches = photos.Batches(2, shuffle: false, takeTruncated: true);
        Assert.Empty(batches.Truncated);
        for (var epoch = 0; epoch < 2; epoch++)
            Assert.Equal(4, batches.Sum(batch => batch.Size));
        Assert.Equal(cut, batches.Truncated);
        Assert.Empty(batches.Broken);
    }

    [Fact]
    public void Epoch_TakingTruncatedOfWhichNothingIsLeft_IsBrokenAllTheSame()
    {
        var photos = Photos();
        var cut = Cut("b.jpg", 0.02);
        var batches = photos.Batches(1, shuffle: false, onBroken: BrokenImages.Skip, takeTruncated: true);
        Assert.Equal(3, batches.Count(batch => batch.Size == 1));
        Assert.Equal([cut], batches.Broken);
        Assert.Empty(batches.Truncated);
    }

    [Fact]
    public void Epoch_Pairs_CountTheTruncatedSide()
    {
        var photos = Photos();
        var cut = Cut("a.jfif", 0.9);
        var batches = ImageDataset.Paired(photos.Source, photos.Source).Batches(2, shuffle: false, takeTruncated: true);
        Assert.Equal(4, batches.Sum(batch => batch.Size));
        Assert.Equal([cut], batches.Truncated);
    }

    [Fact]
    public void Epoch_AnimationAndAlpha_AreToldByTheFirst()
    {
        using var scope = NewDisposeScope();
        var photos = Photos();
        Images.Write(_folder.File("c.png"), zeros(4, 17, 24));
        var batches = photos.Batches(2, shuffle: false);
        Assert.Empty(batches.Warnings);
        for (var epoch = 0; epoch < 2; epoch++)
            Assert.Equal(4, batches.Sum(batch => batch.Size));

        Assert.Collection(
            batches.Warnings,
            first => Assert.StartsWith($"The picture '{_folder.File("c.png")}' has transparent parts, which were laid on white.", first),
            second => Assert.StartsWith($"The picture '{_folder.File("d.webp")}' is an animation", second));

        Assert.True(Notices.HasWarned($"The picture '{_folder.File("c.png")}' has transparent parts"));
        Assert.True(Notices.HasWarned($"The picture '{_folder.File("d.webp")}' is an animation"));
        Assert.False(Notices.HasWarned($"The picture '{_folder.File("a.jfif")}'"));
    }

    [Fact]
    public void Read_TakingTruncated_GivesThePicture()
    {
        using var scope = NewDisposeScope();
        Photos();
        var cut = Cut("b.jpg", 0.9);
        Assert.Throws<InvalidDataException>(() => Images.Read(cut));
        Assert.Equal([1, 3, 17, 24], Images.Read(cut, takeTruncated: true).shape);
        Assert.True(Notices.HasWarned($"A picture in '{_folder.Path}' breaks off"));
    }
}
