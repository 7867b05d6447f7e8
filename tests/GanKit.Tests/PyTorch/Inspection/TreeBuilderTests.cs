using System.Numerics;

namespace GanKit.Tests.PyTorch;

public class TreeBuilderTests
{
    [Fact]
    public void Build_PlainValues_AreWrittenAsPythonDoes()
    {
        (object? Value, string Text)[] cases =
        [
            (null, "None"), (true, "True"), (3L, "3"), (-1.0, "-1.0"), (2e-4, "0.0002"), (1e-5, "1e-05"), (1e30, "1e+30"),
            (double.NaN, "nan"), (double.NegativeInfinity, "-inf"), (BigInteger.Pow(2, 70), "1180591620717411303424"),
            (BigInteger.Pow(2, 4000), "a whole number of 4,001 bits"), (new Complex(1, -2), "(1.0-2.0j)"),
            ("facades", "\"facades\""), (new string('x', 60), $"\"{new string('x', 40)}...\""),
            ("a\n\u001b[31m\u202eb", "\"a\\u000a\\u001b[31m\\u202eb\""), (new byte[3], "3 bytes"), (new byte[1], "1 byte"),
            (new List<object?> { 1L, "a", null }, "[1, \"a\", None]"), (new object?[] { 0.5, 0.999 }, "(0.5, 0.999)"),
            (new object?[] { 1L }, "(1,)"), (Array.Empty<object?>(), "()"), (new long[] { 2, 3 }, "torch.Size(2, 3)"),
            (new HashSet<object?> { 1L }, "{1}"), (new HashSet<object?>(), "set()"), (new PyTorchDict(), "{}"),
            (Enumerable.Range(0, 5000).Select(i => (object?)(long)i).ToList(), "[0, 1, 2, 3, 4, 5, ... 5,000 in all]"),
            (PyTorchDtype.Find("float16"), "torch.float16"), (new PyTorchDevice("cuda:0"), "device cuda:0"),
            (new PyTorchClass("torch.nn", "Linear"), "the name torch.nn.Linear"),
        ];

        Assert.All(cases, entry => Assert.Equal(entry.Text, Build(entry.Value).Text));
    }

    [Fact]
    public void Build_MixedLists_ListTheirItems()
    {
        var node = Build(new List<object?> { 1L, new object?[] { new List<object?> { 2L } }, Tensor(2) });

        Assert.Equal("list, 3 items", node.Text);
        Assert.Equal(["0: 1", "1: tuple, 1 item", "2: float32 (2), 8 bytes"],
            node.Children.Select(child => child.ToString()));
        Assert.Equal([2], node.Children[2].Tensor!.Shape);
    }

    [Fact]
    public void Build_ThingsThatAreReachedTwice_AreDescribedOnce()
    {
        var shared = new PyTorchDict { ["weight"] = Tensor(2) };

        var node = Build(new PyTorchDict { ["a"] = shared, ["b"] = shared, ["c"] = shared["weight"] }, out var builder);

        Assert.Equal(
            ["a: dictionary, 1 entry", "b: the same as a", "c: float32 (2), 8 bytes"],
            node.Children.Select(child => child.ToString()));
        Assert.Equal(["a.weight"], builder.Tensors.Select(tensor => tensor.Name));
    }

    [Fact]
    public void Build_Circles_End()
    {
        var inner = new List<object?>();
        var dict = new PyTorchDict { ["inner"] = inner };
        inner.Add(dict);
        inner.Add(inner);

        var node = Build(dict);

        Assert.Equal(["0: the root again", "1: the same as inner"],
            node.Children[0].Children.Select(child => child.ToString()));
    }

    [Fact]
    public void Build_ATreeThatDoublesAtEachLevel_StaysSmall()
    {
        object? value = new List<object?> { Tensor(1) };
        for (var level = 0; level < 200; level++)
            value = new List<object?> { value, value };

        var node = Build(value, out var builder);

        Assert.Equal(402, Count(node));
        Assert.Single(builder.Tensors);
        Assert.True(Report(node, builder).Split('\n').Length < 120);
    }

    [Fact]
    public void Build_ListsWithinListsWithoutEnd_AreCutAndDoNotOverflow()
    {
        object? value = new List<object?> { Tensor(1) };
        for (var level = 0; level < 1_000_000; level++)
            value = new List<object?> { value };

        var node = Build(value);

        while (node.Children.Count > 0)
            node = node.Children[0];
        Assert.Equal("too deep to be shown", node.Text);
    }

    [Fact]
    public void Build_LongNamesOfManyThings_AreCut()
    {
        var inner = new PyTorchDict();
        for (var i = 0; i < 100; i++)
            inner[$"weight{i}"] = Tensor(1);

        Build(new PyTorchDict { [new string('n', 1_000_000)] = inner }, out var builder);

        Assert.All(builder.Tensors, tensor => Assert.True(tensor.Name.Length <= 1_000));
        Assert.EndsWith("n.weight7", builder.Tensors[7].Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_Records_ShowTheirClassAndWhatTheyWereFilledWith()
    {
        var record = new PyTorchRecord(new("collections", "deque"), [5L]) { State = new PyTorchDict { ["lr"] = 0.1 } };
        record.ItemList.Add("x");
        var enumeration = new PyTorchRecord(new("models", "Mode"), [2L]) { State = "odd" };

        Assert.Equal("object of class collections.deque", Build(record).Text);
        Assert.Equal(["lr: 0.1", "0: \"x\"", "argument 1: 5"], Build(record).Children.Select(child => child.ToString()));
        Assert.Equal(["state: \"odd\"", "argument 1: 2"], Build(enumeration).Children.Select(child => child.ToString()));
    }

    [Fact]
    public void Build_AModule_ShowsItsAttributesAndWhatItsStateDictHas()
    {
        var layer = Module("torch.nn.modules.linear", "Linear",
            new PyTorchDict { ["weight"] = Tensor(2, 3), ["bias"] = null });
        var attributes = (PyTorchDict)layer.State!;
        attributes["in_features"] = 3L;
        attributes["training"] = true;
        attributes["_backend"] = "x";
        attributes["_forward_hooks"] = new PyTorchDict();
        var network = Module("models", "Generator", [], new PyTorchDict { ["fc"] = layer });

        var node = Build(network, out var builder);

        Assert.Equal("models.Generator", node.Text);
        Assert.Equal("fc: Linear, in_features 3", Assert.Single(node.Children).ToString());
        Assert.Equal(["weight: float32 (2, 3), 24 bytes"], node.Children[0].Children.Select(child => child.ToString()));
        Assert.Equal("models.Generator\n└─ fc: Linear, weight (2, 3)", Tree(node, builder));
    }

    [Fact]
    public void Build_ATensorFromAGpuOrOneThatCantBeRead_SaysSo()
    {
        var (dtype, quantized) = (PyTorchDtype.Find("float32")!, PyTorchDtype.Find("qint8")!);

        Assert.Equal("float32 (), 4 bytes, cuda:1",
            Build(new PyTorchTensor(new MemoryData(new byte[4]), dtype, []) { SavedOn = "cuda:1" }).Text);
        Assert.Equal(
            "qint8 (4), 4 bytes, can't be read: it is quantised",
            Build(new PyTorchTensor(new MemoryData(new byte[4]), quantized, [4]) { Unreadable = "it is quantised" }).Text);
    }

    [Fact]
    public void Build_OneLongListInManyPlaces_IsLookedAtOnce()
    {
        var longList = Enumerable.Range(0, 1_000_000).Select(i => (object?)(long)i).ToList();

        var node = Build(
            new List<object?> { Tensor(1),
                Enumerable.Repeat<object?>(longList, 200_000).Append(new PyTorchDict { ["x"] = 1L }).ToList() });

        Assert.Equal("[0, 1, 2, 3, 4, 5, ... 1,000,000 in all]", node.Children[1].Children[199_999].Text);
    }

    [Fact]
    public void Build_OneStateInManyOptimisers_IsSummarisedOnce()
    {
        var state = new PyTorchDict();
        for (var i = 0L; i < 200_000; i++)
            state[i] = new PyTorchDict { ["step"] = i };
        var groups = new List<object?> { new PyTorchDict { ["lr"] = 0.1, ["amsgrad"] = false } };
        var optimizers = Enumerable.Range(0, 100_000)
            .Select(_ => (object?)new PyTorchDict { ["state"] = state, ["param_groups"] = groups }).ToList();

        Build(optimizers, out var builder);

        Assert.Equal(199_999, Assert.Single(builder.Optimizers).Steps);
    }

    [Fact]
    public void Report_TensorsLargerThanAnyMemory_HasNoOverflow()
    {
        var repeated = Enumerable.Range(0, 20).Select(_ =>
            (object?)new PyTorchTensor(new MemoryData(new byte[4]), PyTorchDtype.Find("float32")!, [1L << 60], [0]))
                .ToList();

        Assert.Contains(
            "9,223,372,036,854,775,807 numbers", Report(Build(repeated, out var builder), builder),
            StringComparison.Ordinal);
    }

    private static CheckpointNode Build(object? value) => Build(value, out _);

    private static CheckpointNode Build(object? value, out TreeBuilder builder) => (builder = new()).Build("", value, "");

    private static string Report(CheckpointNode root, TreeBuilder builder) =>
        new CheckpointSummary("file.pth", CheckpointFormat.PyTorchZip, 1)
        {
            Metadata = new Dictionary<string, string>(),
            Root = root,
            Tensors = builder.Tensors,
            Optimizers = [],
            Weights = [],
        }.ToString();

    private static string Tree(CheckpointNode root, TreeBuilder builder) => Report(root, builder).Split("\n\n")[1];

    private static int Count(CheckpointNode node) => 1 + node.Children.Sum(Count);

    private static PyTorchTensor Tensor(params long[] shape) =>
        new(new MemoryData(new byte[4 * shape.Aggregate(1L, (product, size) => product * size)]),
            PyTorchDtype.Find("float32")!, shape);

    private static PyTorchRecord Module(string module, string name, PyTorchDict parameters, PyTorchDict? modules = null) =>
        new(new(module, name), [])
        {
            State = new PyTorchDict
            {
                ["_parameters"] = parameters,
                ["_buffers"] = new PyTorchDict(),
                ["_modules"] = modules ?? [],
            },
        };
}
