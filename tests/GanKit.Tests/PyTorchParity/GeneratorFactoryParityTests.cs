namespace GanKit.Tests.PyTorchParity;

/// <summary>
/// Generators are built from what PyTorch 1.13 and 2.6 saved, in both formats, with the numbers that are there.
/// </summary>
public class GeneratorFactoryParityTests
{
    [Fact]
    public void FromCheckpoint_EveryGeneratorThatPyTorchSaved_HasItsNumbers()
    {
        string[] kinds = ["dcgan_generator", "resnet", "rrdb", "srgan_generator", "unet"];
        var paths = Directory.GetFiles(Path.Combine(RealFileTests.Folder, "checkpoints"), "*.pth")
            .Where(path => kinds.Any(kind => Path.GetFileName(path).StartsWith(kind, StringComparison.Ordinal))).ToArray();
        Assert.NotEmpty(paths);
        Assert.All(paths, path =>
        {
            using var scope = NewDisposeScope();
            var network = Path.GetFileName(path).Split('.')[0];
            using var built = GeneratorFactory.FromCheckpoint(path);
            using var file = PyTorchFile.Open(path);
            var loaded = built.state_dict();
            var saved = file.StateDicts[0].Read();
            Assert.All(loaded, entry => TensorAssert.Equal(saved[ReferenceNetworks.NameOf(entry.Key, network)], entry.Value));
        });
    }
}
