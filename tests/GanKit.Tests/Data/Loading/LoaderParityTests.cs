using SkiaSharp;

namespace GanKit.Tests.Data.Loading;

/// <summary>The loader gives what tensors, one an image, give: to the last bit, for whatever images go through.</summary>
public sealed class LoaderParityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static readonly Dictionary<string, TensorStep[]> Chains = new()
    {
        ["nothing"] = [TensorStep.Resize(33, 47)],
        ["flip"] = [TensorStep.Resize(33, 47), TensorStep.Flip()],
        ["readme"] = [TensorStep.Resize(40), TensorStep.RandomCrop(32), TensorStep.Flip()],
        ["shrink"] = [TensorStep.Resize(13), TensorStep.CenterCrop(13)],
        ["pix2pix"] = [TensorStep.Resize(46, 46, Interpolation.Bicubic), TensorStep.RandomCrop(40), TensorStep.Flip()],
        ["one side"] = [TensorStep.Resize(33, 20), TensorStep.Resize(50, 20, Interpolation.Bicubic)],
        ["padding"] = [TensorStep.Resize(30, 30), TensorStep.RandomCrop(32, 28, padding: 4), TensorStep.Flip()],
        ["crop first"] = [TensorStep.CenterCrop(30, 21), TensorStep.Flip(1), TensorStep.Resize(17, 44), TensorStep.RandomCrop(9), TensorStep.Resize(24, 24)],
        ["nearest"] = [TensorStep.RandomCrop(28), TensorStep.Resize(40, 41, Interpolation.Nearest), TensorStep.Flip()],
        ["area"] = [TensorStep.Resize(32, 32, Interpolation.Area), TensorStep.RandomCrop(30)],
        ["column"] = [TensorStep.Resize(40, 1), TensorStep.Flip()],
        ["own"] = [TensorStep.Resize(30, 30), TensorStep.Turn(), TensorStep.RandomCrop(20), TensorStep.Turn(), TensorStep.Flip()],
        ["own pixels"] = [TensorStep.UpsideDown(), TensorStep.Resize(30, 35), TensorStep.UpsideDown(), TensorStep.RandomCrop(20), TensorStep.UpsideDown()],
    };

    public static TheoryData<string, int> Cases =>
        [.. from chain in Chains.Keys from channels in new[] { 1, 3, 4 } select (chain, channels)];

    [Theory, MemberData(nameof(Cases))]
    public void Epochs_Folder_AreThoseOfTensors(string chain, int channels)
    {
        WritePictures("all", 33, 47);
        var set = ImageFolder.Load(_folder.Path, channels);
        AssertSame(set, Chains[chain], (index, _) => (Read(set.Source.Name(index), channels), null));
    }

    [Theory, InlineData(1, 3), InlineData(3, 3), InlineData(4, 1)]
    public void Epochs_SideBySide_AreThoseOfTensors(int inputChannels, int targetChannels)
    {
        WritePictures("all", 33, 47);
        var set = ImagePairs.SideBySide(_folder.Path, PairDirection.BToA, inputChannels, targetChannels);
        AssertSame(set, [TensorStep.Resize(40, 40, Interpolation.Bicubic), TensorStep.RandomCrop(32), TensorStep.Flip()], (index, _) => (
            Read(set.Source.Name(index), targetChannels).narrow(2, 0, 23),
            Read(set.Source.Name(index), inputChannels).narrow(2, 23, 24)));
    }

    [Theory, InlineData(1), InlineData(3)]
    public void Epochs_Colorization_AreThoseOfTensors(int inputChannels)
    {
        WritePictures("all", 33, 47);
        var set = ImagePairs.Colorization(_folder.Path, inputChannels);
        AssertSame(set, [TensorStep.Resize(40), TensorStep.RandomCrop(32, padding: 3), TensorStep.Flip()], (index, _) =>
        {
            var target = Read(set.Source.Name(index), 3);
            return (target, (0.299 * target[0] + 0.587 * target[1] + 0.114 * target[2]).expand(inputChannels, -1, -1));
        });
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Epochs_TwoFolders_AreThoseOfTensors(bool aligned)
    {
        WritePictures("a", 33, 47);
        WritePictures("b", 33, 47);
        var (a, b) = (ImageFolder.Load(_folder.File("a")), ImageFolder.Load(_folder.File("b"), channels: 1));
        var set = aligned ? ImageDataset.Paired(a.Source, b.Source) : ImageDataset.Unpaired(a.Source, b.Source);
        AssertSame(
            set, [TensorStep.Resize(40), TensorStep.RandomCrop(32), TensorStep.Flip()],
            (index, random) =>
                (Read(b.Source.Name(aligned ? index : random.Next(b.Count)), 1), Read(a.Source.Name(index), 3)),
            aligned);
    }

    [Fact]
    public void Epochs_DrawnShapes_AreThoseOfTensors()
    {
        using var scope = NewDisposeScope();
        var set = Shapes.Load(count: 12, size: 20, channels: 3);
        AssertSame(
            set, [TensorStep.Resize(31), TensorStep.RandomCrop(24), TensorStep.Flip()], (index, _) => (set.Source.Open(index).ToTensor(), null));
    }

    /// <summary>Images that a set holds as bytes, of which no pixel is another's.</summary>
    [Theory, InlineData("crop"), InlineData("center"), InlineData("padding"), InlineData("resize")]
    public void Epochs_PackedBytes_AreThoseOfTensors(string chain)
    {
        using var scope = NewDisposeScope();
        var random = new Random(3);
        var records = new byte[10 * 3073];
        random.NextBytes(records);
        for (var i = 0; i < 10; i++)
            records[i * 3073] = (byte)i; // the label
        var plain = Cifar10.Load(_folder.Write("any.bin", records));
        TensorStep[] steps = chain switch
        {
            "crop" => [TensorStep.RandomCrop(17, 20)],
            "center" => [TensorStep.CenterCrop(9, 31)],
            "padding" => [TensorStep.RandomCrop(32, padding: 4), TensorStep.Flip()],
            _ => [TensorStep.RandomCrop(21), TensorStep.Resize(40)],
        };
        AssertSame(plain, steps, (index, _) => (
            tensor([.. records.AsSpan(index * 3073 + 1, 3072).ToArray().Select(value => value * (2 / 255f) - 1)],
                [3, 32, 32]), null));
    }

    [Theory, InlineData(1), InlineData(3), InlineData(4)]
    public void Epochs_UprightAndDeepFiles_AreThoseOfTensors(int channels)
    {
        var random = new Random(2);
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"u8,
                (byte)orientation, 0, 0, 0, 0, 0, 0];
            var jpeg = Encode(random, 21, 30, SKEncodedImageFormat.Jpeg);
            _folder.Write($"{orientation}.jpg", [.. jpeg[..2], .. exif, .. jpeg[2..]]);
        }

        _folder.Write("deep.png", Companion.Png16.Write(
            21, 25, Companion.Png16.Grey, [.. Enumerable.Range(0, 525).Select(_ => (ushort)random.Next(65536))]));
        var set = ImageFolder.Load(_folder.Path, channels, decoder: new ImageSharp.ImageSharpDecoder());
        AssertSame(set, [TensorStep.Resize(24, 20), TensorStep.RandomCrop(17), TensorStep.Flip()], (index, _) => (Read(set.Source.Name(index), channels), null));
    }

    private static Tensor Read(string path, int channels) => Images.Read(path, channels, decoder: new ImageSharp.ImageSharpDecoder()).squeeze(0);

    private static void AssertSame(
        ImageDataset plain, TensorStep[] steps, Func<int, Random, (Tensor, Tensor?)> read, bool aligned = true)
    {
        using var scope = NewDisposeScope();
        var set = steps.Aggregate(plain, (before, step) => before.With(step.Transform));
        var batches = set.Batches(4, seed: 9, workers: 3, dropLast: false);
        var order = new EpochOrder(set.Count, 4, shuffle: true, seed: 9, dropLast: false);
        for (var epoch = 0; epoch < 2; epoch++)
        {
            var expected = PlainLoader.Epoch(steps, order, epoch, read, aligned);
            var number = 0;
            foreach (var batch in batches)
            {
                var (real, condition) = expected[number++];
                PlainLoader.AssertSame(real, batch.Real);
                Assert.Equal(condition is not null, set.Source.HasConditionImages);
                if (condition is not null)
                    PlainLoader.AssertSame(condition, batch.Condition!);
            }

            Assert.Equal(expected.Count, number);
        }
    }

    /// <summary>Ten pictures, half of them with transparency.</summary>
    private void WritePictures(string folder, int height, int width)
    {
        var random = new Random(1);
        for (var i = 0; i < 10; i++)
            _folder.Write($"{folder}/{i}.png", Encode(random, height, width, SKEncodedImageFormat.Png, opaque: i % 2 == 0));
    }

    private static byte[] Encode(Random random, int height, int width, SKEncodedImageFormat format, bool opaque = true)
    {
        using var bitmap = new SKBitmap(
            new SKImageInfo(width, height, SKColorType.Rgba8888, opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul));
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                bitmap.SetPixel(x, y, new SKColor((uint)random.NextInt64(1L << 32) | (opaque ? 0xFF000000 : 0)));
        using var data = bitmap.Encode(format, 95);
        return data.ToArray();
    }
}
