using System.Text;
using static GanKit.Tests.PyTorch.Pickle;

namespace GanKit.Tests.PyTorch;

/// <summary>NumPy's arrays and scalars, as its versions 1 and 2 write them in Python 2 and 3.</summary>
public class NumpyTests
{
    [Theory]
    [InlineData("numpy.core.multiarray")]
    [InlineData("numpy._core.multiarray")]
    public void Load_Array_IsATensor(string module)
    {
        var tensor = Assert.IsType<PyTorchTensor>(
            Load(Array("i2", [2, 2], [1, 0, 2, 0, 3, 0, 4, 1], module: module) + "."));

        using var values = tensor.Read();
        Assert.Equal("int16[2,2; 2,1]", Show(tensor));
        Assert.Equal([1, 2, 3, 260], values.data<short>().ToArray());
    }

    [Fact]
    public void Load_BigEndianArray_IsTurnedAround()
    {
        using var values = Assert.IsType<PyTorchTensor>(
            Load(Array("i4", [2], [0, 0, 0, 1, 0xff, 0xff, 0xff, 0xfe], order: ">") + ".")).Read();

        Assert.Equal([1, -2], values.data<int>().ToArray());
    }

    [Fact]
    public void Load_BigEndianComplexArray_KeepsRealBeforeImaginary()
    {
        byte[] one = [0x3f, 0x80, 0, 0];

        using var values = Assert.IsType<PyTorchTensor>(Load(Array("c8", [1], [.. one, 0, 0, 0, 0], order: ">") + "."))
            .Read();

        Assert.Equal([1f, 0], view_as_real(values).data<float>().ToArray());
    }

    [Fact]
    public void Load_FortranOrder_HasColumnStrides()
    {
        var tensor = Assert.IsType<PyTorchTensor>(Load(Array("u1", [2, 3], [0, 3, 1, 4, 2, 5], isFortran: true) + "."));

        using var values = tensor.Read();
        Assert.Equal("uint8[2,3; 1,2]", Show(tensor));
        Assert.Equal([0, 1, 2, 3, 4, 5], values.contiguous().data<byte>().ToArray());
    }

    [Fact]
    public void Load_ArrayOfPython2_TakesTextAsBytes()
    {
        var bytes = $"U\u0004{Encoding.Latin1.GetString([0xff, 0xff, 1, 0x80])}";

        using var values = Assert.IsType<PyTorchTensor>(Load(Filled(Dtype("u1"), Ints(4), "\u0089", bytes) + ".")).Read();

        Assert.Equal([0xff, 0xff, 1, 0x80], values.data<byte>().ToArray());
    }

    [Fact]
    public void Load_LongArrayOfPython2_StaysInTheFile()
    {
        var bytes = $"T{Little(8192, 4)}{new string('\u0080', 8192)}";

        var tensor = Assert.IsType<PyTorchTensor>(Load(Filled(Dtype("u1"), Ints(8192), "\u0089", bytes) + "."));

        Assert.IsType<StorageSlice>(tensor.Storage);
        using var values = tensor.Read();
        Assert.All(values.data<byte>().ToArray(), value => Assert.Equal(0x80, value));
    }

    [Fact]
    public void Load_ArrayOfProtocol0_IsEncodedText()
    {
        var bytes = Call("_codecs.encode", Text("\u0001\u00ff"), Text("latin1"));

        using var values = Assert.IsType<PyTorchTensor>(Load(Filled(Dtype("u1"), Ints(2), "\u0089", bytes) + ".")).Read();

        Assert.Equal([1, 0xff], values.data<byte>().ToArray());
    }

    [Fact]
    public void Load_ArrayOfProtocol5_IsATensor()
    {
        var pickle = Call("numpy._core.numeric._frombuffer", "\u0096" + Little(4, 8)
            + "\u0001\u0002\u0003\u0004", Dtype("u1"), Ints(2, 2), Text("F"));

        Assert.Equal("uint8[2,2; 1,2]", Show(Load(pickle + ".")));
    }

    [Fact]
    public void Load_ArrayMemorisedBeforeItsContent_IsOneTensor()
    {
        var pickle = Filled(Dtype("u1"), Ints(1), "\u0089", Bin(7), memorise: "q\u0009") + "h\u0009\u0086.";

        var tuple = Assert.IsType<object?[]>(Load(pickle));

        Assert.Same(Assert.IsType<PyTorchTensor>(tuple[0]), tuple[1]);
    }

    [Fact]
    public void Load_ArrayOfObjects_IsARecord()
    {
        var record = Assert.IsType<PyTorchRecord>(Load(Filled(Dtype("O8"), Ints(1), "\u0089", "]Na") + "."));

        Assert.Equal("_reconstruct", record.Class.Name);
        Assert.Equal("[None]", Show(Assert.IsType<object?[]>(record.State)[4]));
    }

    [Fact]
    public void Load_ArrayInsideItself_IsARecordInACircle()
    {
        var record = Assert.IsType<PyTorchRecord>(
            Load(Filled(Dtype("O8"), Ints(1), "\u0089", "]h\u0009a", memorise: "q\u0009") + "."));

        Assert.Same(record, Assert.Single(Assert.IsType<List<object?>>(Assert.IsType<object?[]>(record.State)[4])));
    }

    [Theory]
    [InlineData("b1", new byte[] { 1 }, "True")]
    [InlineData("i1", new byte[] { 255 }, "-1")]
    [InlineData("u1", new byte[] { 255 }, "255")]
    [InlineData("i2", new byte[] { 1, 2 }, "513")]
    [InlineData("u2", new byte[] { 255, 255 }, "65535")]
    [InlineData("i4", new byte[] { 254, 255, 255, 255 }, "-2")]
    [InlineData("u4", new byte[] { 255, 255, 255, 255 }, "4294967295")]
    [InlineData("i8", new byte[] { 1, 0, 0, 0, 0, 0, 0, 0 }, "1")]
    [InlineData("u8", new byte[] { 255, 255, 255, 255, 255, 255, 255, 255 }, "18446744073709551615")]
    [InlineData("f2", new byte[] { 0, 0x3e }, "1.5")]
    [InlineData("f4", new byte[] { 0, 0, 0xc0, 0x3f }, "1.5")]
    [InlineData("f8", new byte[] { 0, 0, 0, 0, 0, 0, 0xf8, 0x3f }, "1.5")]
    [InlineData("c8", new byte[] { 0, 0, 0xc0, 0x3f, 0, 0, 0, 0 }, "(1.5, 0.0j)")]
    public void Load_Scalar_IsANumber(string code, byte[] bytes, string expected) =>
        Assert.Equal(expected, Show(Load(Call("numpy.core.multiarray.scalar", Dtype(code), Bin(bytes)) + ".")));

    [Fact]
    public void Load_BigEndianScalar_IsTurnedAround() =>
        Assert.Equal(1L, Load(Call("numpy._core.multiarray.scalar", Dtype("i2", ">"), Bin(0, 1)) + "."));

    [Fact]
    public void Load_ScalarText_IsARecord() =>
        Assert.Equal(
            "scalar",
            Assert.IsType<PyTorchRecord>(Load(Call("numpy.core.multiarray.scalar", Dtype("U1"), Bin(1, 0, 0, 0)) + "."))
                .Class.Name);

    [Theory]
    [InlineData("f4", new[] { 2 }, 4)]
    [InlineData("f4", new[] { -1 }, 4)]
    [InlineData("u1", new[] { int.MaxValue, int.MaxValue, int.MaxValue }, 4)]
    public void Load_ArrayBeyondItsBytes_IsRefused(string code, int[] shape, int count) =>
        Refuses(Array(code, shape, new byte[count]) + ".");

    [Fact]
    public void Load_UnfilledArray_IsRefused() => Assert.Contains(
        "before it has content",
        Refuses(Call("numpy.core.multiarray._reconstruct", Global("numpy.ndarray"), Ints(0), Bin(98)) + ".").Message,
        StringComparison.Ordinal);

    [Fact]
    public void Load_Dtype_IsARecord() => Assert.Equal(
        "dtype('f4', False, True) state (3, '<')", Show(Load(Dtype("f4") + ".")));

    internal static string Dtype(string code, string order = "<") =>
        Call("numpy.dtype", Text(code), "\u0089", "\u0088") + Tuple(Int(3), Text(order)) + "b";

    internal static string Array(
        string code, int[] shape, byte[] bytes, string order = "<", bool isFortran = false,
        string module = "numpy.core.multiarray") =>
        Filled(Dtype(code, order), Ints(shape), isFortran ? "\u0088" : "\u0089", Bin(bytes), module: module);

    internal static string Filled(
        string dtype, string shape, string isFortran, string bytes, string memorise = "",
        string module = "numpy.core.multiarray") =>
        Call(module + "._reconstruct", Global("numpy.ndarray"), Ints(0), Bin(98)) + memorise
            + Tuple(Int(1), shape, dtype, isFortran, bytes) + "b";
}
