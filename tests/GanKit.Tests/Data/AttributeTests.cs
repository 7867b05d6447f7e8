namespace GanKit.Tests.Data;

/// <summary><see cref="ImageDataset.WithAttributes"/>.</summary>
public sealed class AttributeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ImageDataset Photos(params string[] names)
    {
        foreach (var name in names)
            _folder.WriteImage($"photos/{name}", 9);
        return ImageFolder.Load(_folder.File("photos"));
    }

    private string Table(string text)
    {
        File.WriteAllText(_folder.File("table.txt"), text);
        return _folder.File("table.txt");
    }

    private string Fail(ImageDataset data, string table, IReadOnlyList<string>? only = null) =>
        Assert.Throws<InvalidDataException>(() => data.WithAttributes(Table(table), only)).Message;

    private static float[] Conditions(ImageDataset data)
    {
        var batch = Assert.Single(data.Batches(data.Count, shuffle: false).Select(
            batch => (batch.Condition!.shape, batch.Condition.dtype, Values: batch.Condition.data<float>().ToArray())));
        Assert.Equal([data.Count, data.Attributes.Count], batch.shape);
        Assert.Equal(float32, batch.dtype);
        return batch.Values;
    }

    [Theory]
    [InlineData("file,Young,Age\na.png,-1,30.5\nb.png,1,4e1\n")]
    [InlineData("file\tYoung\tAge\r\nb.png\t1\t40\r\na.png\t-1\t30.5\r\n")]
    [InlineData("file;Young;Age\na.png;-1;30.5\nb.png;1;40\n")]
    [InlineData("2\nYoung Age\na.jpg -1 30.5\nphotos/b 1 40\n")] // the PNG edition of a JPEG data set
    [InlineData("2\nYoung Age \na.png -1  30.5\nb.png  1  40\n")] // CelebA's own
    [InlineData("\nfile , Young , Age\n\n\"a.png\", -1 ,\"30.5\"\nb.png,1,40")]
    [InlineData("\uFEFFfile,Young,Age\nphotos/a.png,-1,30.5\nphotos\\b.png,1,40\n")]
    public void WithAttributes_AnyLayout_GivesConditionsInTheOrderOfImages(string table)
    {
        var data = Photos("b.png", "a.png").WithAttributes(Table(table));
        Assert.Equal(["Young", "Age"], data.Attributes);
        Assert.Equal([-1f, 30.5f, 1, 40], Conditions(data));
    }

    [Fact]
    public void WithAttributes_SeveralLinesForAName_TakesNoneOfAnotherExtension()
    {
        var data = Photos("a.png");

        Assert.Contains("no line for 1 of 1", Fail(data, "file,x\na.jpg,1\na.webp,2"), StringComparison.Ordinal);
        Assert.Contains("no line for 1 of 1", Fail(data, "file,x\na.txt,1"), StringComparison.Ordinal);
        Assert.Contains(
            "one line 'a.jpg' for both", Fail(Photos("a.png", "a.bmp"), "file,x\na.jpg,1"), StringComparison.Ordinal);
    }

    [Fact]
    public void WithAttributes_Booleans_AreOneAndZero() =>
        Assert.Equal(
            [1f, 0], Conditions(Photos("a.png", "b.png").WithAttributes(Table("file,smiles\na.png,True\nb.png,false"))));

    [Fact]
    public void WithAttributes_QuotedNames_MayHoldSeparatorsAndQuotes()
    {
        var data = Photos("a, b.png").WithAttributes(Table("file,\"says \"\"a, b\"\"\"\n\"a, b.png\",2"));
        Assert.Equal(["says \"a, b\""], data.Attributes);
        Assert.Equal([2f], Conditions(data));
    }

    [Fact]
    public void WithAttributes_Only_TakesTheseInThisOrder()
    {
        var data = Photos("a.png").WithAttributes(Table("file,x,remark,y\na.png,1,none,2"), only: ["y", "x"]);
        Assert.Equal(["y", "x"], data.Attributes);
        Assert.Equal([2f, 1], Conditions(data));
        Assert.Contains(
            "no column 'z'. It has x, y",
            Assert.Throws<ArgumentException>("only",
                () => Photos("a.png").WithAttributes(Table("file,x,y\na.png,1,2"), only: ["x", "z"])).Message);
        Assert.Throws<ArgumentException>(
            "only", () => Photos("a.png").WithAttributes(Table("file,x,y\na.png,1,2"), only: []));
    }

    [Fact]
    public void WithAttributes_FoldersInTheTable_TellImagesApart()
    {
        var data = Photos("one/a.png", "two/a.png");
        Assert.Equal([1f, 2], Conditions(data.WithAttributes(Table("file,x\ntwo/a.png,2\none/a.png,1"))));
        var message = Fail(data, "file,x\na.png,2");
        Assert.Contains("one line 'a.png' for both", message);
        Assert.Contains(Path.Combine("photos", "one/a.png"), message);
    }

    [Fact]
    public void WithAttributes_TransformsAndTake_KeepThem()
    {
        var data = Photos("a.png", "b.png").Resize(4).WithAttributes(Table("file,x\na.png,1\nb.png,2")).CenterCrop(3)
            .Take(1);
        Assert.Equal(["x"], data.Attributes);
        Assert.Equal(2, data.Transforms.Count);
        Assert.Equal([1f], Conditions(data));
    }

    [Fact]
    public void WithAttributes_LabelledImages_GiveAttributesAndKeepClasses()
    {
        Photos("cat/a.png", "dog/b.png");
        var data = ImageFolder.Load(_folder.File("photos"), labelled: true).WithAttributes(
            Table("file,x\na.png,0.5\nb.png,1.5"));
        Assert.Equal(["cat", "dog"], data.Classes);
        Assert.Equal(1, data.Source.Label(1));
        Assert.Equal([0.5f, 1.5f], Conditions(data));
    }

    [Fact]
    public void WithAttributes_ImagesWithoutALine_AreListed()
    {
        var message = Fail(Photos([.. Enumerable.Range(0, 8).Select(i => $"{i}.png")]), "file,x\n0.png,1");
        Assert.Contains("no line for 7 of 8 images", message);
        Assert.Contains("1.png", message);
        Assert.Contains("and 2 more", message);
    }

    [Fact]
    public void WithAttributes_LinesWithoutAnImage_AreListedUnlessAllowed()
    {
        var data = Photos("a.png");
        var message = Fail(data, "file,x\na.png,1\ngone.png,2");
        Assert.Contains("1 of 2 lines", message);
        Assert.Contains("gone.png", message);
        Assert.Contains("allowOthers: true", message);
        Assert.Equal([1f], Conditions(data.WithAttributes(_folder.File("table.txt"), allowOthers: true)));
    }

    [Theory]
    [InlineData("", "line 0: it has no header")]
    [InlineData("7\n", "line 1: it has no header")]
    [InlineData("file,x\n", "line 1: it has no line after its header")]
    [InlineData("a.png,1,-1\na.png,1,-1", "line 1: it has numbers where the names of columns should be: a.png, 1, -1")]
    [InlineData("file,x,x\na.png,1,2", "line 1: two columns are named 'x'")]
    [InlineData("file|x\na.png|1", "line 2: it has one column only")]
    [InlineData("file;x\na.png;1,5", "line 2: the x of 'a.png' is '1,5'")]
    [InlineData("file,x,y\na.png,1,2\nb.png,1", "line 3: it has 2 fields, where the header asks for 3")]
    [InlineData("file,x\na.png,", "line 2: the x of 'a.png' is '', which is neither")]
    [InlineData("file,x\na.png,tall", "line 2: the x of 'a.png' is 'tall', which is neither a number nor true or false. "
        + "Leave out columns of text with only:")]
    [InlineData(",image,x\n0,a.png,1", "line 2: the image of '0' is 'a.png', which is neither a number nor true or false. "
        + "File names have to be in the first column")]
    [InlineData("file,x,\na.png,1,", "line 2: the header has no name for column 3")]
    [InlineData("file,x\n\"a.png\nb.png\",1", "line 2: a quote is not closed, and a field can't run over several lines")]
    [InlineData("file,x\na.png,NaN", "line 2: the x of 'a.png' is 'NaN'")]
    [InlineData("file,x\n\na.png,1\na.png,1", "line 4: 'a.png' has a line already")]
    [InlineData("file,x\n\"a.png,1", "line 2: a quote is not closed")]
    public void WithAttributes_DamagedTable_SaysWhereAndWhat(string table, string expected)
    {
        var message = Fail(Photos("a.png"), table);
        Assert.Contains("table.txt", message);
        Assert.Contains(expected, message);
    }

    [Fact]
    public void WithAttributes_NoTable_NamesIt() =>
        Assert.Contains(
            "nowhere.csv", Assert.Throws<FileNotFoundException>(() => Photos("a.png").WithAttributes("nowhere.csv"))
                .Message);

    [Fact]
    public void Batches_SourceWithTooFewAttributes_NamesTheImage()
    {
        var message = Assert.Throws<InvalidOperationException>(() => new ImageDataset(new Forgetful()).Batches(1).ToArray())
            .Message;
        Assert.Contains("2 attributes, but 'the only one' has 1", message);
    }

    private sealed class Forgetful : ImageSource
    {
        public override int Count => 1;

        public override IReadOnlyList<string> Attributes => ["x", "y"];

        public override string Name(int index) => "the only one";

        public override LazyImage Open(int index) => LazyImage.FromTensor(zeros(1, 2, 2));

        public override ReadOnlySpan<float> AttributesOf(int index) => [1f];
    }
}
