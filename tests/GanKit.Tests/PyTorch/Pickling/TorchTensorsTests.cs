using static GanKit.Tests.PyTorch.Pickle;

namespace GanKit.Tests.PyTorch;

/// <summary>Tensors in pickles, over a storage that a NumPy array lends: twelve floats, 0 to 11.</summary>
public class TorchTensorsTests
{
    private const string Utils = "torch._utils.";

    private static readonly string Storage =
        NumpyTests.Array("f4", [12], [.. Enumerable.Range(0, 12).SelectMany(i => BitConverter.GetBytes((float)i))]);

    private static readonly string View = $"{Int(4)}{Ints(2, 2)}{Ints(1, 2)}";

    public static TheoryData<string, bool, bool> Known => new()
    {
        { Call("torch._utils._rebuild_tensor", Storage, View), false, false },
        { Call("torch._utils._rebuild_tensor_v2", Storage, View, "\u0088", ")"), false, true },
        { Call("torch._utils._rebuild_tensor_v2", Storage, View, "\u0089", ")", "}"), false, false },
        { Call("torch._utils._rebuild_tensor_v3", Storage, View, "\u0088", ")", Global("torch.float32"), "}"), false, true },
        { Call("torch._utils._rebuild_parameter", Rebuilt, "\u0089", ")"), true, false },
        { Call("torch._utils._rebuild_parameter_with_state", Rebuilt, "\u0088", ")", "}"), true, true },
        { Call("torch.nn.parameter.Parameter", Rebuilt), true, true },
        { Call("torch.nn.parameter.Parameter", Rebuilt, "\u0089"), true, false },
        { Call("torch.nn.parameter.Buffer", Rebuilt), false, false },
        { Call("torch.autograd.variable.Variable", Rebuilt) + Tuple("\u0088", "\u0089", "}") + "b", false, true },
        { OfType("models.Mine"), false, false },
        { OfType("torch.nn.parameter.Parameter"), true, false },
        { Call("torch._utils._rebuild_device_tensor_from_numpy", Rebuilt, Global("torch.float32"), Text("xla:0"), "\u0088"),
            false, true },
    };

    private static string Rebuilt => Call("torch._utils._rebuild_tensor", Storage, View);

    private static string OfType(string type) => Call(
        "torch._tensor._rebuild_from_type_v2", Global("torch._utils._rebuild_tensor"), Global(type), Tuple(Storage, View), "}");

    [Theory]
    [MemberData(nameof(Known))]
    public void Load_Tensor_IsThatView(string pickle, bool isParameter, bool requiresGrad)
    {
        var tensor = Assert.IsType<PyTorchTensor>(Load(pickle + "."));

        Assert.Equal("float32[2,2; 1,2]", Show(tensor));
        Assert.Equal((isParameter, requiresGrad), (tensor.IsParameter, tensor.RequiresGrad));
        using var values = tensor.Read();
        Assert.Equal([4f, 6, 5, 7], values.contiguous().data<float>().ToArray());
    }

    [Fact]
    public void Load_ConjugateAndNegativeViews_AreReadAsPyTorchSeesThem()
    {
        var complex = NumpyTests.Array("c8", [1], [.. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f)]);
        var bits = Dict(Text("conj"), "\u0088", Text("neg"), "\u0088");
        var pickle = Call("torch._utils._rebuild_tensor_v2", complex, Int(0), Ints(1), Ints(1), "\u0089", ")", bits);

        using var values = Assert.IsType<PyTorchTensor>(Load(pickle + ".")).Read();

        Assert.Equal([-1f, 2f], view_as_real(values).data<float>().ToArray());
    }

    internal static PyTorchTensor Negative(StorageData data, long count) =>
        new(data, PyTorchDtype.Find("float32")!, [count]) { Pending = PendingView.Find(isConjugate: false, isNegative: true) };

    [Theory]
    [InlineData(4, 3, 2, "needs")]
    [InlineData(-1, 1, 1, "offset")]
    [InlineData(0, -1, 1, "negative")]
    [InlineData(0, 1, -1, "negative")]
    [InlineData(0, int.MaxValue, 1, "needs")]
    public void Load_ViewBeyondTheStorage_IsRefused(int offset, int size, int stride, string complaint)
    {
        var pickle = Call("torch._utils._rebuild_tensor", Storage, Int(offset), Ints(size, size), Ints(stride, stride * 2)) + ".";

        Assert.Contains(complaint, Refuses(pickle).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NegativeViewOfTruthValues_IsUnreadable()
    {
        var pickle = Call(
            "torch._utils._rebuild_tensor_v2", NumpyTests.Array("b1", [1], [1]), Int(0), Ints(1), Ints(1), "\u0089", ")",
            Dict(Text("neg"), "\u0088"));

        var tensor = Assert.IsType<PyTorchTensor>(Load(pickle + "."));

        Assert.Contains("bool", tensor.Unreadable, StringComparison.Ordinal);
        Assert.Throws<CheckpointFormatException>(tensor.Read);
    }

    [Fact]
    public void Load_ViewOfATensorWithoutNumbers_IsAsUnreadable()
    {
        var meta = Call("torch._utils._rebuild_meta_tensor_no_storage", Global("torch.float32"), Ints(2), Ints(1), "\u0089");
        var huge = Tuple("\u008a\u0006\0\0\0\0\0\u0010");
        var pickle = Call("torch._utils._rebuild_tensor", meta, Int(0), huge, Ints(1));

        var tensor = Assert.IsType<PyTorchTensor>(Load(pickle + "."));

        Assert.Contains("meta device", tensor.Unreadable, StringComparison.Ordinal);
        Assert.Throws<CheckpointFormatException>(tensor.Read);
    }

    [Theory]
    [InlineData(0L, 1L << 40, 1L << 40)] // no elements, and strides that no row-major tensor could have
    [InlineData(1L << 40, 1L << 40, 0L)]
    [InlineData(1L << 31, 1L << 30, 1L)] // 2^61 elements, 2^63 bytes
    public void Load_SizesThatNoTensorCanHave_AreRefused(params long[] sizes)
    {
        var shape = Tuple([.. sizes.Select(size => $"\u008a\u0008{Little(size, 8)}")]);

        Assert.Contains(
            "impossible",
            Refuses(Call("torch._utils._rebuild_tensor", Storage, Int(0), shape, Ints(0, 0, 0)) + ".").Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OverflowingSizes_AreRefused()
    {
        var huge = Tuple([.. Enumerable.Repeat("\u008a\u0008\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f", 8)]);

        Refuses(Call("torch._utils._rebuild_tensor", Storage, Int(0), huge, huge) + ".");
        Refuses(Call("torch._utils._rebuild_meta_tensor_no_storage", Global("torch.float32"), huge, huge, "\u0089") + ".");
    }

    public static TheoryData<string, string, string> Unreadable => new()
    {
        { Call(Utils + "_rebuild_sparse_tensor", Global("torch.sparse_coo"), Tuple(Storage, Storage, Ints(9, 9))),
            "sparse", "float32[9,9; 9,1]" },
        { Call(Utils + "_rebuild_sparse_csr_tensor", Global("torch.sparse_csr"), Tuple(Storage, Storage, Storage, Ints(3, 9))),
            "sparse", "float32[3,9; 9,1]" },
        { Call(Utils + "_rebuild_meta_tensor_no_storage", Global("torch.float16"), Ints(9, 9), Ints(9, 1), "\u0089"),
            "meta", "float16[9,9; 9,1]" },
        { Call(Utils + "_rebuild_tensor_v3", Storage, Int(0), Ints(3), Ints(1), "\u0089", ")", Global("torch.uint16"), "}"),
            "uint16", "uint16[3; 1]" },
        { Call(Utils + "_rebuild_qtensor", Storage, View, Tuple(), "\u0089", ")"), "quantised", "float32[2,2; 1,2]" },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void Load_TensorThatCannotBeRead_IsDescribedAndSaysWhy(string pickle, string reason, string description)
    {
        var tensor = Assert.IsType<PyTorchTensor>(Load(pickle + "."));

        Assert.Equal(description, Show(tensor));
        Assert.Contains(reason, tensor.Unreadable, StringComparison.Ordinal);
        Assert.Contains(reason, Assert.Throws<CheckpointFormatException>(tensor.Read).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ParameterOfNoTensor_IsARecord() =>
        Assert.Equal("Parameter(None)", Show(Load(Call("torch.nn.parameter.Parameter", "N") + ".")));
}
