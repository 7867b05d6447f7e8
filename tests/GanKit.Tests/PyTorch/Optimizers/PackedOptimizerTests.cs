using System.IO.Compression;
using TorchSharp.Modules;

namespace GanKit.Tests.PyTorch.Optimizers;

public class PackedOptimizerTests
{
    [Fact]
    public void LoadPyTorch_PackedFileThatBreaksInTheMiddle_LeavesTheOptimiser()
    {
        using var scope = NewDisposeScope();
        using var stored = new MemoryStream();
        PyTorchFile.Save(stored, Stepped(Random).ToPyTorch());

        // The fourth of four moments; all before it are sound. Its first block is of a kind that does not exist.
        var bytes = Packed(stored);
        bytes[bytes.AsSpan().IndexOf("data/5"u8) + "data/5".Length] = 0xff;
        using var file = PyTorchFile.Open(new MemoryStream(bytes));
        var adam = Stepped(Zeros);
        var before = Moment(adam).clone();

        Assert.Contains(
            "packed bytes",
            Assert.Throws<CheckpointFormatException>(() => adam.LoadPyTorch(file)).Message,
            StringComparison.Ordinal);
        TensorAssert.Equal(before, Moment(adam));

        using var whole = PyTorchFile.Open(new MemoryStream(Packed(stored)));
        TensorAssert.Equal(
            Assert.IsType<PyTorchTensor>(FirstState(Assert.IsType<PyTorchDict>(whole.Root))["exp_avg"]).Read(),
            Moment(adam.LoadPyTorch(whole)));

        static Tensor Random(long size) => rand(size);
        static Tensor Zeros(long size) => zeros(size);
    }

    private static Adam Stepped(Func<long, Tensor> values)
    {
        var parameters = new[] { new Parameter(values(90_000)), new Parameter(values(90_000)) };
        var adam = optim.Adam(parameters);
        foreach (var parameter in parameters)
            (parameter * rand(90_000)).sum().backward();
        adam.step();
        return adam;
    }

    private static Tensor Moment(Adam adam) => Assert.IsAssignableFrom<Tensor>(FirstState(adam.ToPyTorch())["exp_avg"]);

    private static PyTorchDict FirstState(PyTorchDict state) =>
        Assert.IsType<PyTorchDict>(Assert.IsType<PyTorchDict>(state["state"])[0L]);

    private static byte[] Packed(MemoryStream stored)
    {
        using var packed = new MemoryStream();
        using (var source = new ZipArchive(new MemoryStream(stored.ToArray())))
        using (var target = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in source.Entries)
            {
                using var from = entry.Open();
                using var to = target.CreateEntry(entry.FullName, CompressionLevel.Fastest).Open();
                from.CopyTo(to);
            }
        }

        return packed.ToArray();
    }
}
