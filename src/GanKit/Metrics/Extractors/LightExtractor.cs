using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>
/// GanKit's own light extractor, trained in a minute or two from the data itself: a small convolutional classifier, whose last hidden layer gives 128
/// features. It needs no download, and draws a curve of quality over one training. Its numbers compare with no published ones, nor with those
/// of another light extractor.
/// </summary>
/// <remarks>
/// Where images have labels, it learns them; otherwise it learns by how many quarter turns an image was turned (Gidaris, Singh, Komodakis:
/// Unsupervised Representation Learning by Predicting Image Rotations, ICLR 2018, arXiv:1803.07728), which suits pictures that have an upright
/// position. Images of other sizes than its own, at most 32 x 32, are resized (bilinear, antialiased). One thread at a time may use it.
/// </remarks>
/// <example><code>
/// using var extractor = LightExtractor.Train(FashionMnist.Load().Resize(32), seed: 1);
/// extractor.Save("light.safetensors");
/// </code></example>
public sealed class LightExtractor : IFeatureExtractor, IDisposable
{
    /// <summary>The steps of a training unless others are given; batches have 64 images.</summary>
    public const int DefaultSteps = 1000;

    private const string Format = "gankit-light-extractor-1";
    private const int LargestImage = 32, SmallestImage = 8, BatchSize = 64, Turns = 4;

    private readonly LightNetwork _network;
    private readonly long _channels, _size, _classes;
    private readonly bool _hasLabels;

    private LightExtractor(LightNetwork network, long channels, long size, long classes, bool hasLabels)
    {
        (_network, _channels, _size, _classes, _hasLabels) = (network, channels, size, classes, hasLabels);
        Hash = WeightsFile.HashOf(network);
    }

    /// <summary><c>gankit-light (labels)</c> or <c>gankit-light (rotations)</c>.</summary>
    public string Name => _hasLabels ? "gankit-light (labels)" : "gankit-light (rotations)";

    /// <summary>The SHA-256 of its weights, equal before and after a file.</summary>
    public string? Hash { get; }

    /// <inheritdoc/>
    public string Resizer => $"bilinear, antialiased, to {_size} x {_size}";

    /// <summary>128.</summary>
    public long FeatureSize => LightNetwork.FeatureSize;

    /// <summary>The data's classes; 0 where it learned from rotations.</summary>
    public long ClassCount => _hasLabels ? _classes : 0;

    /// <summary>Trains an extractor: with Adam, whose rate falls from 0.002 to 0 over the steps.</summary>
    /// <param name="images">Images, with classes or without. Generated images are to be as these, with their channels.</param>
    /// <param name="seed">
    /// Of weights and order. The same seed, threads and kind of processor give the same extractor; the global random source goes on as it was.
    /// </param>
    /// <param name="useLabels">Whether to learn the classes; by default where there are at least two.</param>
    /// <param name="steps">Steps, at least 1; <see cref="DefaultSteps"/>, a minute or two on two cores.</param>
    /// <param name="device">Where it is trained and runs, and where images have to be then; the CPU by default.</param>
    /// <param name="cancellationToken">Ends the training; nothing is left of it.</param>
    /// <exception cref="ArgumentException">
    /// There are fewer than two images, pairs instead of images, or no two classes although labels are asked for.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no steps.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static LightExtractor Train(
        ImageDataset images, long seed = 0, bool? useLabels = null, int steps = DefaultSteps, Device? device = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        var labelled = useLabels ?? images.Classes.Count > 1;
        if (images.Count < 2 || images.Source is ImagePairSource || (labelled && images.Classes.Count < 2))
        {
            throw new ArgumentException(
                $"A light extractor learns from at least two single images, and with useLabels from at least two classes; these are {images.Count} of "
                + $"{images.Classes.Count} classes{(images.Source is ImagePairSource ? ", in pairs" : "")}.", nameof(images));
        }

        var batches = images.Batches(Math.Min(BatchSize, images.Count), seed);
        return new LightTraining(seed, labelled ? images.Classes.Count : Turns, labelled, steps, device ?? CPU).Run(batches, cancellationToken);
    }

    /// <summary>Reads an extractor from a file.</summary>
    /// <param name="path">A file of <see cref="Save"/>.</param>
    /// <param name="device">Where it runs, and where images have to be; the CPU by default.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CheckpointFormatException">The file can't be read, or holds no light extractor.</exception>
    public static LightExtractor Load(string path, Device? device = null)
    {
        using var file = PyTorchFile.Open(path);
        if (file.Metadata.GetValueOrDefault("format") != Format)
        {
            throw new CheckpointFormatException(
                $"'{path}' is no file of LightExtractor.Save: the entry \"format\" of its metadata is not \"{Format}\".");
        }

        var (channels, size, classes) = (Number("channels", 4), Number("size", LargestImage), Number("classes", 1_000_000));
        var network = new LightNetwork(channels, classes);
        try
        {
            network.LoadWeights(file, new(), out _);
            return new(network.Freeze(device), channels, size, classes, file.Metadata.GetValueOrDefault("learned") == "labels");
        }
        catch
        {
            network.Dispose();
            throw;
        }

        long Number(string name, long most) =>
            long.TryParse(file.Metadata.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1 && number <= most
                ? number
                : throw new CheckpointFormatException(
                    $"'{path}' says '{file.Metadata.GetValueOrDefault(name)}' for its {name}, which is no number from 1 to {most}.");
    }

    /// <summary>Writes the extractor, as safetensors with a few words of metadata; whole, or the old file stays.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void Save(string path) => SafetensorsFile.Save(path, _network.state_dict(), new Dictionary<string, string>
    {
        ["format"] = Format,
        ["learned"] = _hasLabels ? "labels" : "rotations",
        ["channels"] = _channels.ToString(CultureInfo.InvariantCulture),
        ["size"] = _size.ToString(CultureInfo.InvariantCulture),
        ["classes"] = _classes.ToString(CultureInfo.InvariantCulture),
    });

    /// <inheritdoc/>
    public Tensor Extract(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return _network.Features(Prepared(images)).MoveToOuterDisposeScope();
    }

    /// <summary>The features of a batch and its logits, of one pass.</summary>
    /// <param name="images">Images (B, C, H, W), as <see cref="Extract"/> takes them.</param>
    /// <returns>Features (B, 128) and logits (B, K), of float32. The caller owns both.</returns>
    /// <exception cref="ArgumentException">The extractor can't read such images.</exception>
    /// <exception cref="NotSupportedException">It learned from rotations, which are no classes.</exception>
    public (Tensor Features, Tensor Logits) ExtractWithLogits(Tensor images)
    {
        if (!_hasLabels)
            throw new NotSupportedException($"{Name} knows no classes; train it from labelled images.");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var features = _network.Features(Prepared(images));
        return (features.MoveToOuterDisposeScope(), _network.Logits(features).MoveToOuterDisposeScope());
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => _network.Dispose();

    private Tensor Prepared(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.shape is not [> 0, var channels, > 0, > 0] || channels != _channels || !images.is_floating_point())
        {
            throw new ArgumentException(
                $"{Name} was trained on floating-point images (B, {_channels}, H, W) in [-1, 1], but these are {images.dtype} {images.Describe()}.",
                nameof(images));
        }

        return Resized(images.to(ScalarType.Float32), _size);
    }

    private static Tensor Resized(Tensor images, long size) => images.shape[2] == size && images.shape[3] == size
        ? images
        : nn.functional.interpolate(images, [size, size], mode: InterpolationMode.Bilinear, align_corners: false, antialias: true);

    private sealed record LightTraining(long Seed, long Classes, bool Labelled, int Steps, Device Device)
    {
        internal LightExtractor Run(Batches batches, CancellationToken cancellationToken)
        {
            LightNetwork? network = null;
            TorchSharp.Modules.Adam? optimizer = null;
            try
            {
                var (step, channels, size) = (0, 0L, 0L);
                while (step < Steps)
                    foreach (var batch in batches)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        using var scope = NewDisposeScope();
                        var images = batch.Real.to(Device);
                        if (network is null)
                        {
                            (channels, size) = (images.shape[1], Math.Clamp(Math.Max(images.shape[2], images.shape[3]), SmallestImage, LargestImage));
                            network = LightNetwork.Draw(channels, Classes, Seed).to(Device);
                            optimizer = Optimizers.Adam(network.parameters());
                        }

                        Learn(network, optimizer!, Resized(images, size), batch.Condition, (double)step / Steps);
                        if (++step == Steps)
                            break;
                    }

                return new(network!.Freeze(), channels, size, Classes, Labelled);
            }
            catch
            {
                network?.Dispose();
                throw;
            }
            finally
            {
                optimizer?.Dispose();
            }
        }

        private void Learn(LightNetwork network, TorchSharp.Modules.Adam optimizer, Tensor images, Tensor? labels, double progress)
        {
            foreach (var group in optimizer.ParamGroups)
                group.LearningRate = 1e-3 * (1 + Math.Cos(Math.PI * progress));
            var (inputs, targets) = Labelled ? (images, labels!.to(Device)) : Turned(images);
            optimizer.zero_grad();
            nn.functional.cross_entropy(network.call(inputs), targets).backward();
            optimizer.step();
        }

        // Batches are shuffled, so any quarter of one may be turned.
        private (Tensor Images, Tensor Turns) Turned(Tensor images)
        {
            var parts = images.chunk(Turns);
            return (
                cat([.. parts.Select((part, turns) => part.rot90(turns, (2, 3)))]),
                cat([.. parts.Select((part, turns) => full(part.shape[0], turns, dtype: ScalarType.Int64, device: Device))]));
        }
    }
}
