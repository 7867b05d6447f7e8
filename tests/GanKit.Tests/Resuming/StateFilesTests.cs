using GanKit.Tests.Training;

namespace GanKit.Tests.Resuming;

/// <summary>A state in files is the state: every kind of value, every type of tensor, every layout.</summary>
public sealed class StateFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>With one channel, or one pixel, both layouts are contiguous, and libtorch goes by the strides.</summary>
    [Theory]
    [InlineData(1, 4)]
    [InlineData(3, 1)]
    [InlineData(3, 4)]
    public void Write_ChannelsLast_KeepsTheStrides(long channels, long size)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var images = rand(2, channels, size, size);
        var last = empty_strided([2, channels, size, size], [channels * size * size, 1, channels * size, channels], float32).copy_(images);
        var saved = new State();
        saved.Add("rows", images);
        saved.Add("pixels", last);
        var tensors = new OrderedDictionary<string, Tensor>();
        File.WriteAllBytes(folder.File("state.json"), StateFiles.WriteTree(saved, tensors));
        SafetensorsFile.Save(folder.File("state.safetensors"), tensors);
        using var read = StateFiles.Read(folder.Path, CPU);
        Assert.Equal(images.stride(), Read("rows").stride());
        Assert.Equal(last.stride(), Read("pixels").stride());
        TensorAssert.Equal(images, Read("pixels"));

        Tensor Read(string name) => read.TryGetValue(name, out var value) ? Assert.IsType<Tensor>(value) : throw new KeyNotFoundException(name);
    }

    [Fact]
    public void Read_OfWhatWasWritten_IsTheSame()
    {
        using var scope = NewDisposeScope();
        using var state = new State();
        foreach (var (number, value) in new object?[]
        {
            null, true, false, 0L, long.MinValue, long.MaxValue, 0.0, -0.0, 1.0, 1e300, 1e-310, Math.PI, double.NaN, double.PositiveInfinity,
            double.NegativeInfinity, "", "tensor", "\"\\\n\u0001é漢😀", new State(),
        }.Index())
            state.Add($"value {number}", value);
        foreach (var type in (ScalarType[])[ScalarType.Bool, ScalarType.Byte, ScalarType.Int8, ScalarType.Int16, ScalarType.Int32, ScalarType.Int64,
            ScalarType.Float16, ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float64, ScalarType.ComplexFloat32])
            state.Add($"tensor/{type}", rand(2, 3).mul(5).to(type));
        state.Add("scalar", tensor(3f));
        state.Add("empty", zeros(0, 4));
        state.Add("channels last", rand(2, 3, 4, 5).ToChannelsLast());
        state.Add("transposed", rand(3, 4).t());
        state.Add("nothing finite", tensor([float.NaN, float.PositiveInfinity, -0f]));
        var inner = new State();
        inner.Add("rand", rand(2));
        inner.Add("tensor", "text");
        state.Add("tensor", inner);

        Write(state);
        using var read = StateFiles.Read(_folder.Path);

        Assert.Equal(StateRuns.Flat(state), StateRuns.Flat(read));
        Assert.Equal(state.Names, read.Names);
        Assert.Equal(state.Select(entry => entry.Value?.GetType()), read.Select(entry => entry.Value?.GetType()));
        foreach (var name in (string[])["channels last", "transposed", "scalar", "empty"])
            Assert.Equal(((Tensor)state[name]!).stride(), ((Tensor)read[name]!).stride());
        Assert.Equal(double.NegativeInfinity, 1 / (double)read["value 7"]!);
    }

    [Fact]
    public void Read_OfATensorWhoseNameIsAnothersPath_KeepsThemApart()
    {
        using var scope = NewDisposeScope();
        using var state = new State();
        var inner = new State();
        inner.Add("b", tensor(1f));
        state.Add("a", inner);
        state.Add("a/b", tensor(2f));
        Write(state);
        using var read = StateFiles.Read(_folder.Path);

        Assert.Equal((1f, 2f), (((Tensor)((State)read["a"]!)["b"]!).item<float>(), ((Tensor)read["a/b"]!).item<float>()));
    }

    [Fact]
    public void Write_OfATypeThatSafetensorsHasNot_SaysWhich()
    {
        using var scope = NewDisposeScope();
        using var state = new State();
        state.Add("average", zeros(2, ScalarType.ComplexFloat64));
        var error = Assert.Throws<ArgumentException>(() => Write(state));
        Assert.Contains("'average' is of type ComplexFloat64, which safetensors has not", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_AreReadByOtherPrograms()
    {
        using var scope = NewDisposeScope();
        using var run = StateRuns.All["pix2pix"](1).Fit(2, new TrainingCheckpoints(_folder.File("checkpoints")));
        using var file = PyTorchFile.Open(_folder.File("checkpoints", "step-00000002", "state.safetensors"));
        var weight = (PyTorchTensor)((PyTorchDict)file.Root!)["discriminator/weights/model.0.weight"]!;
        Assert.True(equal(weight.Read(), run.Trainer.Discriminator.get_parameter("model.0.weight")!).all().item<bool>());
        if (OperatingSystem.IsLinux())
        {
            var checked_ = ChildProgram.System("sh", "-c", $"cd '{_folder.File("checkpoints", "step-00000002")}' && sha256sum -c SHA256SUMS");
            Assert.Equal(3, checked_.Split('\n').Count(line => line.EndsWith(": OK", StringComparison.Ordinal)));
        }
    }

    private void Write(State state)
    {
        var tensors = new OrderedDictionary<string, Tensor>();
        File.WriteAllBytes(_folder.File(StateFiles.Tree), StateFiles.WriteTree(state, tensors));
        SafetensorsFile.Save(_folder.File(StateFiles.Tensors), tensors);
    }
}
