namespace GanKit.Tests.PyTorchParity;

/// <summary>
/// Written/tensors.safetensors was written by this library, and Python's package found in it what it should and wrote the
/// same bytes (check_written_safetensors.py).
/// </summary>
public sealed class SafetensorsParityTests
{
    private static readonly string Approved =
        Path.Combine(Repository.Root, "tests", "GanKit.Tests", "PyTorchParity", "Written", "tensors.safetensors");

    [Fact]
    public void Save_WritesTheBytesThatPythonsPackageWrites()
    {
        using var scope = NewDisposeScope();
        var written = Path.Combine(AppContext.BaseDirectory, "Written", "tensors.safetensors");
        SafetensorsFile.Save(written, Tensors());
        Assert.True(File.Exists(Approved) && File.ReadAllBytes(Approved).AsSpan().SequenceEqual(File.ReadAllBytes(written)),
            $"'{written}' has other bytes than {Approved}. If that was meant, put it there and run "
            + "check_written_safetensors.py.");
    }

    [Fact]
    public void Open_ReadsThemBack()
    {
        using var scope = NewDisposeScope();
        using var file = PyTorchFile.Open(Approved);
        var read = file.StateDicts[0].Read();
        var expected = Tensors();
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), read.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, entry => TensorAssert.Equal(entry.Value, read[entry.Key]));
    }

    private static Dictionary<string, Tensor> Tensors()
    {
        var tensors = new Dictionary<string, Tensor>();
        foreach (var type in WrittenContents.Dtypes.Where(
            type => type is not (ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64)))
        {
            var name = PyTorchDtype.Of(type).Name;
            tensors[$"{name}.matrix"] = Numbers(12, type).reshape(3, 4);
            tensors[$"{name}.transposed"] = Numbers(12, type).reshape(3, 4).t();
            tensors[$"{name}.number"] = Numbers(8, type)[7];
            tensors[$"{name}.empty"] = zeros([2, 0, 3], type);
        }

        foreach (var name in new[] { "größer", "日本", "𝔊", "￭", "quote \" \\ / <&>'", "control \0\b\t\n\v\f\r\x1b\x7f\u2028",
            "" })
            tensors[name] = tensor(new[] { 1.5f, -2 });
        return tensors;
    }

    private static Tensor Numbers(int count, ScalarType type) =>
        type == ScalarType.Bool ? arange(count).remainder(3).eq(0) : arange(count).to(type);
}
