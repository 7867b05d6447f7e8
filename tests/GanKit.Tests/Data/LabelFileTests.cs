namespace GanKit.Tests.Data;

/// <summary>StyleGAN's <c>dataset.json</c>, as attributes and as classes.</summary>
public sealed class LabelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ImageDataset Photos()
    {
        foreach (var name in new[] { "00000/1.png", "00000/2.png", "00001/1.png" })
            _folder.WriteImage($"photos/{name}", 9);
        return ImageFolder.Load(_folder.File("photos"));
    }

    private string Labels(string text)
    {
        File.WriteAllText(_folder.File("dataset.json"), text);
        return _folder.File("dataset.json");
    }

    private string Fail(string text) => Assert.Throws<InvalidDataException>(() => Photos().WithAttributes(Labels(text))).Message;

    private static T[] Conditions<T>(ImageDataset data, params long[] shape)
        where T : unmanaged => Assert.Single(data.Batches(data.Count, shuffle: false).Select(batch =>
        {
            Assert.Equal(shape, batch.Condition!.shape);
            return batch.Condition.data<T>().ToArray();
        }));

    private const string Classes = """{"labels": [["00000/1.png", 2], ["00001/1.png", 0], ["00000/2.png", 5]]}""";

    [Theory]
    [InlineData(Classes)]
    [InlineData("""{"labels": {"00000/1.png": 2, "00000\\2.png": 5.0, "00001/1.png": 0}, "more": [1]}""")]
    [InlineData("\uFEFF \n{\"labels\": [[\"00000/1.jpg\", [2]], [\"00000/2\", [5]], [\"00001/1.png\", [0]]]}")]
    public void WithAttributes_ANumberEach_IsOneColumn(string labels)
    {
        var data = Photos().WithAttributes(Labels(labels));
        Assert.Equal(["label"], data.Attributes);
        Assert.Equal([2f, 5, 0], Conditions<float>(data, 3, 1));
    }

    [Fact]
    public void WithAttributes_Vectors_AreAsManyColumns()
    {
        var labels = Labels(
            """{"labels": [["00000/1.png", [0.5, -1, 2e-3]], ["00000/2.png", [1, 2, 3]], ["00001/1.png", [0, 0, 1]]]}""");
        var data = Photos().WithAttributes(labels);
        Assert.Equal(["label0", "label1", "label2"], data.Attributes);
        Assert.Equal([0.5f, -1, 2e-3f, 1, 2, 3, 0, 0, 1], Conditions<float>(data, 3, 3));
        Assert.Equal([2e-3f, 0.5f, 3, 1, 1, 0], Conditions<float>(Photos().WithAttributes(labels, only: ["label2", "label0"]), 3, 2));
    }

    [Fact]
    public void WithClasses_ANumberEach_IsALabel()
    {
        var data = Photos().WithClasses(Labels(Classes));
        Assert.Equal(["0", "1", "2", "3", "4", "5"], data.Classes);
        Assert.Empty(data.Attributes);
        Assert.Equal([2L, 5, 0], Conditions<long>(data, 3));
        Assert.Equal([2L, 5], Conditions<long>(data.Take(2), 2));
    }

    [Fact]
    public void WithClasses_AColumnOfATable_IsALabel()
    {
        File.WriteAllText(_folder.File("table.csv"), "file,age,kind\n00000/1,30.5,1\n00000/2,40,0\n00001/1,50,1\n");
        Assert.Equal([1L, 0, 1], Conditions<long>(Photos().WithClasses(_folder.File("table.csv"), "kind"), 3));
        Assert.Contains(
            "has 2 columns: name one of age, kind",
            Assert.Throws<ArgumentException>("column", () => Photos().WithClasses(_folder.File("table.csv"))).Message);
        Assert.Contains(
            "is 30.5, but classes are whole numbers from 0",
            Assert.Throws<InvalidDataException>(() => Photos().WithClasses(_folder.File("table.csv"), "age")).Message);
    }

    [Theory]
    [InlineData("""{"labels": null}""", "are null, which says that the images have none")]
    [InlineData("""{"label": []}""", "has no \"labels\"")]
    [InlineData("""{"labels": 3}""", "are no list")]
    [InlineData("""{"labels": []}""", "are empty")]
    [InlineData("""{"labels": [["00000/1.png", null]]}""", "'00000/1.png' is null, which is neither")]
    [InlineData("""{"labels": [["00000/1.png", "cat"]]}""", "\"cat\", which is neither")]
    [InlineData("""{"labels": [["00000/1.png", []]]}""", "[], which is neither")]
    [InlineData("""{"labels": [["00000/1.png", [1, "a"]]]}""", "has \"a\", which is no number")]
    [InlineData("""{"labels": [["00000/1.png", 1e99]]}""", "has 1e99, which is no number that fits")]
    [InlineData("""{"labels": ["00000/1.png"]}""", "is no pair of a file name and a label")]
    [InlineData("""{"labels": [["00000/1.png", 1], ["00000/2.png", [1, 2]]]}""", "has 1 numbers, but '00000/2.png' has 2")]
    [InlineData("""{"labels": [["00000/1.png", 1], ["00000/1.png", 2]]}""", "have two for '00000/1.png'")]
    [InlineData("""{"labels": [["00000/1.png", 1]]}""", "no line for 2 of 3 images")]
    [InlineData("{\"labels\": [\n[\"00000/1.png\", NaN]]}", "is no JSON at line 2")]
    public void WithAttributes_WhatIsNoTable_SaysWhy(string labels, string why)
    {
        var message = Fail(labels);
        Assert.Contains(why, message);
        Assert.Contains("dataset.json", message);
    }
}
