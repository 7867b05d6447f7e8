using static GanKit.Tests.Data.Sets.IdxBytes;

namespace GanKit.Tests.Data.Sets;

/// <summary>EMNIST, whose images are transposed and whose letters have labels from 1.</summary>
public sealed class EmnistTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // An L of 3 rows and 2 columns, as it is seen, and as the file has it.
    private static readonly byte[] Upright = [9, 0, 9, 0, 9, 9], Stored = [9, 9, 9, 0, 0, 9];

    private (string Images, string Labels) Write(string part, params byte[] labels) => (
        _folder.Write($"emnist-{part}-train-images-idx3-ubyte.gz", Gzip(Make(0x803, [labels.Length, 2, 3], [.. labels.SelectMany(_ => Stored)]))),
        _folder.Write($"emnist-{part}-train-labels-idx1-ubyte.gz", Gzip(Labels(labels))));

    private static void AssertUpright(ImageDataset set)
    {
        using var image = set.Source.Open(set.Count - 1).ToTensor();
        Assert.Equal([1, 3, 2], image.shape);
        Assert.Equal(Upright, image.data<float>().Select(value => (byte)Math.Round((value + 1) * 127.5)));
    }

    [Theory]
    [InlineData("letters", 26, "z", 1), InlineData("digits", 10, "9", 0), InlineData("mnist", 10, "9", 0)]
    [InlineData("balanced", 47, "t", 0), InlineData("bymerge", 47, "t", 0), InlineData("byclass", 62, "z", 0)]
    public void LoadFiles_AnyPartByItsName_IsUprightWithItsClasses(string part, int classes, string last, int first)
    {
        var (images, labels) = Write(part, (byte)first, (byte)(first + 2), (byte)(first + classes - 1));
        var set = Mnist.LoadFiles(images, labels);
        Assert.Equal((classes, last), (set.Classes.Count, set.Classes[^1]));
        Assert.Equal([0L, 2, classes - 1], Enumerable.Range(0, 3).Select(i => set.Source.Label(i)!.Value));
        AssertUpright(set);
    }

    [Fact]
    public void LoadFiles_Renamed_DoesAsItIsTold()
    {
        var (images, labels) = Write("letters", 1, 3, 2);
        File.Move(images, _folder.File("letters.gz"));
        var set = Mnist.LoadFiles(_folder.File("letters.gz"), labels, ["a", "b", "c"], firstLabel: 1, transposed: true);
        Assert.Equal([0L, 2, 1], Enumerable.Range(0, 3).Select(i => set.Source.Label(i)!.Value));
        AssertUpright(set);

        Assert.Contains(
            "labels go from 0 to 2. None is 0, so these begin at 1, as those of EMNIST's letters do: set firstLabel: 1.",
            Assert.Throws<InvalidDataException>(() => Mnist.LoadFiles(_folder.File("letters.gz"), labels, ["a", "b", "c"])).Message);
        Assert.Contains(
            "is 1, but labels go from 2 to 4",
            Assert.Throws<InvalidDataException>(() => Mnist.LoadFiles(_folder.File("letters.gz"), labels, ["a", "b", "c"], firstLabel: 2)).Message);
    }

    [Fact]
    public void LoadFiles_TorchvisionsNamesOfLetters_CallsEachByItsOwn()
    {
        var (images, labels) = Write("letters", 1, 26);
        string[] names = ["N/A", .. Enumerable.Range('a', 26).Select(letter => $"{(char)letter}")];
        var set = Mnist.LoadFiles(images, labels, names);
        Assert.Equal(["a", "z"], Enumerable.Range(0, 2).Select(i => set.Classes[(int)set.Source.Label(i)!.Value]));
        AssertUpright(set);

        var own = Mnist.LoadFiles(images, labels, names[1..]);
        Assert.Equal(["a", "z"], Enumerable.Range(0, 2).Select(i => own.Classes[(int)own.Source.Label(i)!.Value]));
    }

    [Fact]
    public void LoadFiles_ToldOtherwise_DoesAsItIsTold()
    {
        var (images, labels) = Write("letters", 1, 3, 2);
        var set = Mnist.LoadFiles(images, labels, ["-", "a", "b", "c"], firstLabel: 0, transposed: false);
        Assert.Equal(3, set.Source.Label(1));
        using var image = set.Source.Open(0).ToTensor();
        Assert.Equal([1, 2, 3], image.shape);
    }
}
