using System.Numerics;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorch;

/// <summary>What PyTorchFile.Save takes, refuses and leaves behind. That PyTorch reads it: PyTorchParity/Written.</summary>
public sealed class SavingTests : IDisposable
{
    private static readonly Dictionary<string, Func<object>> Refused = new()
    {
        ["'netG.args' is a System.DateTime"] = () => new Dictionary<string, object?> { ["netG"] = new PyTorchDict { ["args"] = DateTime.UnixEpoch } },
        ["'1' is a System.Version"] = () => new List<object?> { 1, new Version(1, 2) },
        ["The value is a System.Decimal"] = () => 1m,
        ["names Python's torch.nn.Linear"] = () => new PyTorchClass("torch.nn", "Linear"),
        ["'0.again' contains itself"] = Circle,
        ["'0' is text with half a surrogate pair"] = () => new object[] { "half \ud800 of a pair" },
        ["a whole number of 2040 bits"] = () => BigInteger.Pow(2, 2039),
        ["'0' has a key or item"] = () => new HashSet<object?> { new List<object?>() },
        ["lies too deep"] = () => Enumerable.Range(0, 100_000).Aggregate(new List<object?>(), (inner, _) => [inner]),
    };

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.File("saved.pth");

    public static TheoryData<string> Reasons => [.. Refused.Keys];

    public void Dispose()
    {
        _folder.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Save_WhatNoFileHolds_SaysWhereAndWhatIsAllowed(string expected)
    {
        var value = Refused[expected]();
        var error = Assert.Throws<ArgumentException>(() => PyTorchFile.Save(FilePath, value));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("tuples (object?[])", error.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.FileNames());
    }

    [Fact]
    public void Save_TensorsWithoutNumbers_AreRefusedByName()
    {
        var disposed = zeros(1);
        disposed.Dispose();
        AssertRefused(zeros(2, device: META), "'x' is a tensor on the meta device");
        AssertRefused(eye(3).to_sparse(), "'x' is a sparse tensor");
        AssertRefused(disposed, "'x' is a tensor that was disposed");

        void AssertRefused(Tensor tensor, string expected) => Assert.Contains(expected, Assert
            .Throws<ArgumentException>(() => PyTorchFile.Save(FilePath, new Dictionary<string, Tensor> { ["x"] = tensor })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Save_ARefusedValue_LeavesTheOldFile()
    {
        PyTorchFile.Save(FilePath, 1);
        Assert.Throws<ArgumentException>(() => PyTorchFile.Save(FilePath, 1m));
        using var file = PyTorchFile.Open(FilePath);
        Assert.Equal(1L, file.Root);
        Assert.Equal(["saved.pth"], _folder.FileNames());
    }

    [Fact]
    public void Save_OverTheFileThatIsCopied_KeepsTheNumbers()
    {
        PyTorchFile.Save(FilePath, new Dictionary<string, Tensor> { ["a"] = arange(100_000) });
        using (var file = PyTorchFile.Open(FilePath))
            PyTorchFile.Save(FilePath, new PyTorchDict { ["epoch"] = 1L, ["net"] = file.Root });
        using var saved = PyTorchFile.Open(FilePath);
        TensorAssert.Equal(arange(100_000), Assert.Single(saved.StateDicts).Read()["a"]);
    }

    [Fact]
    public void Save_ALargeSparseView_TakesTheSpaceOfItsElements()
    {
        var matrix = arange(1_000_000, ScalarType.Float32).view(1000, 1000);
        PyTorchFile.Save(FilePath, new List<object?> { matrix[TensorIndex.Colon, 3], matrix[TensorIndex.Colon, 500], matrix[7] });
        Assert.InRange(new FileInfo(FilePath).Length, 12_000, 14_000);
        using var file = PyTorchFile.Open(FilePath);
        var views = ((List<object?>)file.Root!).Cast<PyTorchTensor>().Select(view => view.Read()).ToArray();
        TensorAssert.Equal(matrix[TensorIndex.Colon, 3], views[0]);
        TensorAssert.Equal(matrix[TensorIndex.Colon, 500], views[1]);
        TensorAssert.Equal(matrix[7], views[2]);
    }

    [Fact]
    public void Save_TiedWeights_AreWrittenOnce_AndStayTied()
    {
        var weight = randn(300, 100);
        PyTorchFile.Save(FilePath, new Dictionary<string, Tensor> { ["a"] = weight, ["b"] = weight.t(), ["c"] = weight.view(-1)[100..] });
        Assert.InRange(new FileInfo(FilePath).Length, 120_000, 122_000);
        using var file = PyTorchFile.Open(FilePath);
        var read = file.StateDicts[0].Read();
        read["a"].fill_(1);
        Assert.All(read.Values, tensor => Assert.True(tensor.eq(1).all().item<bool>()));
    }

    [Fact]
    public void Save_DenseViewAmongSparseOnes_KeepsItsLayout()
    {
        var matrix = arange(10_000, ScalarType.Float32).view(100, 100);
        var dense = matrix[7..9].t();
        PyTorchFile.Save(FilePath, new List<object?> { matrix[TensorIndex.Colon, 3], dense });
        using var file = PyTorchFile.Open(FilePath);
        var read = Assert.IsType<PyTorchTensor>(Assert.IsType<List<object?>>(file.Root)[1]).Read();
        Assert.Equal([1, 100], read.stride());
        TensorAssert.Equal(dense, read);
    }

    [Fact]
    public void Save_NegativeViewInMemory_HasTheNumbersThatItShows()
    {
        var negative = complex(tensor(new float[] { 1, 2 }), tensor(new float[] { 3, 4 })).conj().imag;
        Assert.True(negative.is_neg());
        PyTorchFile.Save(FilePath, negative);
        using var file = PyTorchFile.Open(FilePath);
        TensorAssert.Equal(tensor(new float[] { -3, -4 }), Assert.IsType<PyTorchTensor>(file.Root).Read());
    }

    [Fact]
    public void Save_PartsOfAWholeThatDoNotOverlapEachOther_GoOnSharingIt()
    {
        var whole = zeros(100);
        PyTorchFile.Save(FilePath, new Dictionary<string, Tensor> { ["a"] = whole, ["b"] = whole[10..20], ["c"] = whole[50..60] });
        using var file = PyTorchFile.Open(FilePath);
        var read = file.StateDicts[0].Read();
        read["a"].fill_(1);
        Assert.All(read.Values, tensor => Assert.True(tensor.eq(1).all().item<bool>()));
    }

    [Fact]
    public void Save_Stream_WritesWhereItStands_AndLeavesItOpen()
    {
        using var stream = new MemoryStream();
        PyTorchFile.Save(stream, new object?[] { ones(3), null });
        stream.Position = 0;
        using var file = PyTorchFile.Open(stream);
        TensorAssert.Equal(ones(3), Assert.IsType<PyTorchTensor>(Assert.IsType<object?[]>(file.Root)[0]).Read());
    }

    [Theory]
    [InlineData("model.v2.pth", "model.v2/data.pkl")]
    [InlineData("größe.pth", "archive/data.pkl")]
    [InlineData(".pth", "archive/data.pkl")]
    public void Save_TopFolder_IsPyTorchs(string name, string expected)
    {
        PyTorchFile.Save(_folder.File(name), null);
        using var archive = System.IO.Compression.ZipFile.OpenRead(_folder.File(name));
        Assert.Equal(expected, archive.Entries[0].FullName);
    }

    [Fact]
    public void Save_LeavesNoTensorBehind()
    {
        var network = Sequential(Linear(3, 4), BatchNorm1d(4));
        var conjugated = zeros(3, ScalarType.ComplexFloat32).conj();
        var value = new object?[] { network, conjugated, zeros(4, 4).t(), zeros(4, 4)[TensorIndex.Colon, 1] };
        var before = LiveTensors.OfThisThread;
        PyTorchFile.Save(FilePath, value);
        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Fact]
    public void SaveWeights_ThenLoad_GivesTheSameNetwork()
    {
        var network = Sequential(Linear(3, 4), BatchNorm1d(4));
        Assert.Same(network, network.SaveWeights(_folder.File("new", "net.pth")));
        var loaded = Sequential(Linear(3, 4), BatchNorm1d(4)).LoadWeights(_folder.File("new", "net.pth"));
        Assert.All(network.state_dict(), entry => TensorAssert.Equal(entry.Value.detach(), loaded.state_dict()[entry.Key].detach()));
    }

    [Fact]
    public void Save_KeyWithExponentialSharing_IsLookedAtOnce()
    {
        object?[] key = [1L];
        for (var i = 0; i < 60; i++)
            key = [key, key];
        var dict = new PyTorchDict();
        dict.Set(key, 1L);

        PyTorchFile.Save(FilePath, dict);

        using var file = PyTorchFile.Open(FilePath);
        Assert.IsType<object?[]>(Assert.Single(Assert.IsType<PyTorchDict>(file.Root).Keys));
    }

    [Fact]
    public void Save_ManyThingsUnderALongName_TakesTimeByTheirCount()
    {
        var items = Enumerable.Range(0, 200_000).Select(i => (object?)(long)i).ToList();
        PyTorchFile.Save(FilePath, new PyTorchDict { [new string('a', 1_000_000)] = items });
        Assert.InRange(new FileInfo(FilePath).Length, 1_000_000, 3_000_000);
    }

    [Fact]
    public void Save_ItemsThatShareAHashCode_TakesTimeByTheirCount()
    {
        // double.GetHashCode() of each of these is 0.
        var numbers = Enumerable.Range(1, 200_000).Select(i => BitConverter.Int64BitsToDouble(((long)i << 32) | (uint)i)).ToArray();
        Assert.Equal(0, numbers[7].GetHashCode());
        var set = new HashSet<object?>(numbers.Cast<object?>(), KeyComparer.Instance);

        PyTorchFile.Save(FilePath, new object?[] { set, numbers.Select(number => (object?)new Complex(number, 0)).ToList() });

        using var file = PyTorchFile.Open(FilePath);
        var read = Assert.IsType<object?[]>(file.Root);
        Assert.Equal(200_000, Assert.IsType<HashSet<object?>>(read[0]).Count);
        Assert.Equal(200_000, Assert.IsType<List<object?>>(read[1]).Count);
    }

    [Fact]
    public void Save_NegativeViewsOfOneStorage_AreWrittenOnce()
    {
        var bytes = new byte[40_000];
        BitConverter.GetBytes(5f).CopyTo(bytes, 4);
        var data = new MemoryData(bytes);
        var views = Enumerable.Range(0, 50).Select(_ => (object?)TorchTensorsTests.Negative(data, 10_000)).ToList();

        PyTorchFile.Save(FilePath, views);

        Assert.InRange(new FileInfo(FilePath).Length, 40_000, 50_000);
        using var file = PyTorchFile.Open(FilePath);
        using var read = Assert.IsType<PyTorchTensor>(Assert.IsType<List<object?>>(file.Root)[49]).Read();
        Assert.Equal(-5f, read[1].item<float>());
    }

    private static List<object?> Circle()
    {
        var circle = new List<object?>();
        circle.Add(new Dictionary<string, object?> { ["again"] = circle });
        return circle;
    }
}
