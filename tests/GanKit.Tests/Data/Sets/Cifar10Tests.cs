namespace GanKit.Tests.Data.Sets;

public sealed class Cifar10Tests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // The red plane has the label's value, green 100 and blue 200.
    private static byte[] Records(params byte[] labels) =>
        [.. labels.SelectMany(
            label => (byte[])[label, .. Enumerable.Repeat(label, 1024), .. Enumerable.Repeat((byte)100, 1024),
                .. Enumerable.Repeat((byte)200, 1024)])];

    [Theory, InlineData(""), InlineData("cifar-10-batches-bin/")]
    public void Load_Folder_HasAllFilesOfTheSplit(string inner)
    {
        for (byte i = 1; i <= 5; i++)
            _folder.Write($"{inner}data_batch_{i}.bin", Records(i, 0));
        _folder.Write($"{inner}test_batch.bin", Records(9));

        var train = Cifar10.Load(_folder.Path);
        Assert.Equal(
            [1L, 0, 2, 0, 3, 0, 4, 0, 5, 0], Enumerable.Range(0, train.Count).Select(i => train.Source.Label(i)!.Value));
        using var image = train.Source.Open(4).ToTensor();
        Assert.Equal([3, 32, 32], image.shape);
        Assert.Equal(3 / 127.5 - 1, image[0, 31, 31].item<float>(), 1e-6);
        Assert.Equal(100 / 127.5 - 1, image[1, 0, 0].item<float>(), 1e-6);
        Assert.Equal(200 / 127.5 - 1, image[2, 31, 0].item<float>(), 1e-6);

        var test = Cifar10.Load(_folder.Path, DatasetSplit.Test);
        Assert.Equal("truck", test.Classes[(int)test.Source.Label(0)!.Value]);
    }

    [Fact]
    public void Load_OneFile_HasItsImages() =>
        Assert.Equal(3, Cifar10.Load(_folder.Write("any.bin", Records(1, 2, 3))).Count);

    [Fact]
    public void Load_LabelAboveNine_SaysWhere()
    {
        var message = Assert.Throws<InvalidDataException>(() => Cifar10.Load(_folder.Write("any.bin", Records(1, 2, 10))))
            .Message;
        Assert.Contains("index 2 of", message);
        Assert.Contains("is 10, but labels go from 0 to 9", message);
    }

    [Theory, InlineData(0), InlineData(3072), InlineData(6145)]
    public void Load_NotWholeRecords_SaysTruncated(int length) =>
        Assert.Contains(
            "truncated",
            Assert.Throws<InvalidDataException>(() => Cifar10.Load(_folder.Write("any.bin", Records(1, 2, 3)[..length])))
                .Message);

    [Fact]
    public void Load_MissingFiles_NamesThem()
    {
        _folder.Write("data_batch_1.bin", Records(1));
        Assert.Contains(
            "data_batch_2.bin, data_batch_3.bin",
            Assert.Throws<FileNotFoundException>(() => Cifar10.Load(_folder.Path)).Message);
        Assert.Throws<FileNotFoundException>(() => Cifar10.Load(_folder.File("nowhere")));
    }
}
