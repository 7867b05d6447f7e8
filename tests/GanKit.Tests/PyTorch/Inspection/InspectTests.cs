using GanKit.Layers;
using GanKit.Tests.PyTorchParity;

namespace GanKit.Tests.PyTorch;

public sealed class InspectTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> RealFiles =>
    [
        .. RealFileTests.Readable().Select(row => row.Data),
        .. Directory.EnumerateFiles(Path.Combine(RealFileTests.Folder, "checkpoints"), "*.pth")
            .Select(file => Path.GetRelativePath(RealFileTests.Folder, file)),
    ];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Inspect_ANestedCheckpoint_ReportsAllOfIt()
    {
        var path = _folder.File("training.pth");
        using var generator = new ResnetGenerator(width: 2, blocks: 2, norm: Norm.Batch);
        using var discriminator = new PatchDiscriminator(6, width: 2, layers: 1);
        using var moment = zeros(2, 3);
        PyTorchFile.Save(path, new PyTorchDict
        {
            ["epoch"] = 3L,
            ["netG"] = generator,
            ["netD"] = new PyTorchDict { ["module"] = discriminator },
            ["optG"] = new PyTorchDict
            {
                ["state"] = new PyTorchDict
                {
                    [0L] = new PyTorchDict { ["step"] = 12L, ["exp_avg"] = moment, ["exp_avg_sq"] = moment },
                },
                ["param_groups"] = new List<object?>
                {
                    new PyTorchDict
                    {
                        ["lr"] = 2e-4, ["betas"] = new object?[] { 0.5, 0.999 }, ["weight_decay"] = 0L,
                        ["params"] = new List<object?> { 0L },
                    },
                },
            },
            ["losses"] = Enumerable.Range(0, 50).Select(i => (object?)(i / 4.0)).ToList(),
            ["name"] = "facades",
            ["best"] = null,
        });

        var summary = GeneratorFactory.Inspect(path);

        var size = new FileInfo(path).Length;
        Assert.Equal(
            $"""
            training.pth: torch.save, zip format (since PyTorch 1.6), {Printable.Bytes(size)}
            67 tensors, 4,242 numbers, 17 kB

            dictionary, 7 entries
            ├─ epoch: 3
            ├─ netG: dictionary, 56 entries
            │  ├─ model.1.weight: float32 (2, 3, 7, 7), 1.18 kB
            │  ├─ model.2.weight: float32 (2), 8 bytes
            │  ├─ model.2.bias: float32 (2), 8 bytes
            │  ├─ model.4.weight: float32 (4, 2, 3, 3), 288 bytes
            │  ├─ model.5.weight: float32 (4), 16 bytes
            │  ├─ model.5.bias: float32 (4), 16 bytes
            │  ├─ model.7.weight: float32 (8, 4, 3, 3), 1.15 kB
            │  ├─ model.8.weight: float32 (8), 32 bytes
            │  ├─ model.8.bias: float32 (8), 32 bytes
            │  ├─ model.10.conv_block.1.weight: float32 (8, 8, 3, 3), 2.3 kB
            │  └─ ... and 46 more
            ├─ netD: dictionary, 1 entry
            │  └─ module: dictionary, 10 entries
            │     ├─ model.0.weight: float32 (2, 6, 4, 4), 768 bytes
            │     ├─ model.0.bias: float32 (2), 8 bytes
            │     ├─ model.2.weight: float32 (4, 2, 4, 4), 512 bytes
            │     ├─ model.3.weight: float32 (4), 16 bytes
            │     ├─ model.3.bias: float32 (4), 16 bytes
            │     ├─ model.5.weight: float32 (1, 4, 4, 4), 256 bytes
            │     ├─ model.5.bias: float32 (1), 4 bytes
            │     ├─ model.3.running_mean: float32 (4), 16 bytes
            │     ├─ model.3.running_var: float32 (4), 16 bytes
            │     └─ model.3.num_batches_tracked: int64 (), 8 bytes
            ├─ optG: Adam, 1 parameter, 12 steps, lr 0.0002, betas (0.5, 0.999)
            ├─ losses: [0.0, 0.25, 0.5, 0.75, 1.0, 1.25, ... 50 in all]
            ├─ name: "facades"
            └─ best: None

            Weights
              netG: 56 tensors
                - junyanz ResnetGenerator, 2 blocks, batch norm, 3 to 3 channels, width 2
                - 3,719 parameters; images (B, 3, H, W) in [-1, 1], H and W multiples of 4 and at least 8 to
                  images (B, 3, H, W); its authors run it in training mode
                - whether borders reflect or replicate leaves no trace in the weights; reflection, the authors'
                  default, is assumed
              netD.module: 10 tensors
                - junyanz NLayerDiscriminator (PatchGAN, 16 x 16 pixels), 1 layer, batch norm, 6 channels,
                  width 2
                - 395 parameters; images (B, 6, H, W) in [-1, 1], H and W at least 6 to logits

            Optimisers
              optG: Adam, 1 parameter, 12 steps, lr 0.0002, betas (0.5, 0.999)
            """.ReplaceLineEndings("\n"),
            summary.ToString());
        Assert.Equal(["netG", "netD.module"], summary.Weights.Select(weights => weights.Key));
        Assert.Equal("netG.model.1.weight", summary.Tensors[0].Name);
        Assert.Equal(size, summary.FileSize);
    }

    [Fact]
    public void Inspect_Safetensors_ShowsTheTextsBesideTheTensors()
    {
        var path = _folder.File("a.safetensors");
        using var weight = zeros(2, 2);
        SafetensorsFile.Save(
            path, new Dictionary<string, Tensor> { ["w"] = weight }, new Dictionary<string, string> { ["format"] = "pt" });

        var summary = GeneratorFactory.Inspect(path);

        Assert.Equal(CheckpointFormat.Safetensors, summary.Format);
        Assert.Contains("\nmetadata format: pt\n", summary.ToString(), StringComparison.Ordinal);
        Assert.Contains("nothing known: w (2, 2)", summary.ToString(), StringComparison.Ordinal);
    }

    /// <summary>
    /// Whatever real PyTorch wrote can be shown, fits a terminal and does not steer it; totals are those of the
    /// tensors.
    /// </summary>
    [Theory]
    [MemberData(nameof(RealFiles))]
    public void Inspect_ARealFile_GivesAReport(string file)
    {
        var summary = GeneratorFactory.Inspect(Path.Combine(RealFileTests.Folder, file));

        Assert.All(summary.ToString().Split('\n'), line =>
        {
            Assert.True(line.Length <= 100, line);
            Assert.DoesNotContain(line, char.IsControl);
        });
        Assert.Equal(summary.ElementCount,
            summary.Tensors.Sum(tensor => tensor.Shape.Aggregate(1L, (product, size) => product * size)));
        if (!file.StartsWith("checkpoints", StringComparison.Ordinal))
            return;
        using var opened = PyTorchFile.Open(Path.Combine(RealFileTests.Folder, file));
        var network = Assert.Single(NetworkRecognition.Of(Assert.Single(opened.StateDicts)));
        Assert.NotNull(network.Network);
        Assert.Equal(network.ToString(), Assert.Single(summary.Weights).Networks[0]);
    }

    [Fact]
    public void Inspect_AModelOfStyleGan_NamesItsClasses()
    {
        var summary = GeneratorFactory.Inspect(Path.Combine(RealFileTests.Folder, "torch-2.6", "stylegan.pickle4.pkl"));

        Assert.Equal(["Synthesis", "FullyConnected", "Synthesis"], summary.Weights.Select(weights => weights.ModuleClass));
        Assert.StartsWith("Synthesis", summary.Root.Children[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_AFileThatIsNone_Throws()
    {
        Assert.Throws<FileNotFoundException>(() => GeneratorFactory.Inspect(_folder.File("none.pth")));
        File.WriteAllText(_folder.File("text.pth"), "hello, this is no checkpoint at all");
        Assert.Throws<CheckpointFormatException>(() => GeneratorFactory.Inspect(_folder.File("text.pth")));
    }
}
