using static TorchSharp.torch;

namespace GanKit.Data;

/// <summary>
/// Minibatches of a data set's images, with input images, attributes or class labels as conditions where it has them.
/// </summary>
/// <remarks>
/// Made by <see cref="ImageDataset.Batches"/>. Images (B, C, H, W) are 32-bit floats in [-1, 1] on the CPU, attributes
/// (B, A) 32-bit floats, labels (B) int64. Dispose each enumerator, as <c>foreach</c> does: that ends its threads.
/// </remarks>
public sealed class ImageBatches : Batches
{
    private readonly ImageSource _source;
    private readonly SampleLoader _loader;
    private readonly EpochOrder _order;
    private readonly int _workers;
    private readonly BrokenImages _onBroken;
    private readonly List<string> _broken = [];
    private readonly List<string> _truncated = [];
    private readonly List<string> _told = [];
    private readonly List<string> _warnings = [];
    private readonly EpochPosition _position;
    private readonly string _transforms;
    private string? _content;

    internal ImageBatches(
        ImageSource source, ImageTransform[] transforms, EpochOrder order, int workers, BrokenImages onBroken,
        bool takeTruncated)
    {
        (_source, _order, _workers, _onBroken) = (source, order, workers, onBroken);
        _loader = new(source, transforms, order, takeTruncated);
        _position = new(order);
        _transforms = Description.Of(transforms);
    }

    /// <summary>Batches in an epoch. Images that are skipped because they are broken can make it fewer.</summary>
    public override int Count => _order.BatchCount;

    /// <inheritdoc/>
    public override long BatchSize => _order.BatchSize;

    /// <summary>The images that were skipped so far, each once, by name: see <see cref="BrokenImages.Skip"/>.</summary>
    public IReadOnlyList<string> Broken => Copy(_broken);

    /// <summary>
    /// The images that break off and were taken as far as they go, each once, by name: see <c>takeTruncated</c> of
    /// <see cref="ImageDataset.Batches"/>.
    /// </summary>
    public IReadOnlyList<string> Truncated => Copy(_truncated);

    /// <summary>
    /// Losses of images by default settings so far, each kind once, with the first image: transparency on a
    /// background that was not chosen, all frames of an animation but the first, the lower 8 of 16 bits. <see cref="System.Diagnostics.Trace"/> gets it too.
    /// </summary>
    public IReadOnlyList<string> Warnings => Copy(_warnings);

    /// <summary>Begins the next epoch.</summary>
    /// <returns>
    /// An enumerator whose <c>MoveNext</c> throws <see cref="InvalidDataException"/> for a broken image (or when so many
    /// are skipped that no batch is left), and <see cref="InvalidOperationException"/> when images of different sizes
    /// meet or a transform fails; the message names the files.
    /// </returns>
    public override IEnumerator<Batch> GetEnumerator()
    {
        var (epoch, begin) = _position.Begin();
        var indices = _order.Of(epoch).AsMemory((int)Math.Min(begin, _order.Samples));
        return new ImageBatchEnumerator(this, _order, new((indices.Length + _order.BatchSize - 1) / _order.BatchSize, _workers, Ahead, number =>
        {
            var start = number * _order.BatchSize;
            return new(_loader, epoch, indices.Slice(start, Math.Min(_order.BatchSize, indices.Length - start)));
        }), _position, epoch, begin);
    }

    /// <inheritdoc/>
    public override void VisitState(StateVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        visitor.Same("content", _content ??= DataDigest.Of(_source));
        visitor.Same("transforms", _transforms);
        _position.VisitState(visitor);
        foreach (var (name, texts) in new[] { ("broken", _broken), ("truncated", _truncated), ("told", _told), ("warnings", _warnings) })
        {
            lock (texts)
                visitor.Texts(name, texts);
        }
    }

    /// <summary>
    /// One batch is filled while another waits for the step; more where a batch is too small for all workers.
    /// </summary>
    private int Ahead => Math.Max(2, 1 + (_workers + _order.BatchSize - 1) / _order.BatchSize);

    /// <summary>Whether a sample has its images; else its loss is reported, and thrown where that was asked for.</summary>
    internal bool Accept(LoadedSample sample)
    {
        foreach (var note in sample.Notes)
            Report(note);
        if (sample.Broken is not null)
            Report(sample.Broken);
        return sample.Broken is null;
    }

    /// <summary>The attributes (B, A) or the labels (B) of samples without an image as their condition; null where they have none.</summary>
    internal Tensor? ConditionsOf(List<LoadedSample> samples)
    {
        if (_source.Attributes.Count > 0)
            return stack(samples.Select(sample => tensor(AttributesOf(sample)))); // (B, A)
        var labels = samples.Select(sample => _source.Label(sample.Index)).OfType<long>().ToArray();
        return labels.Length == samples.Count ? tensor(labels) : null; // (B)
    }

    private void Report(BrokenImageException broken)
    {
        if (_onBroken == BrokenImages.Fail)
        {
            throw new InvalidDataException(
                $"The image '{broken.Name}' can't be read. Repair or remove it, or load with onBroken: BrokenImages.Skip. "
                + $"{broken.Message}", broken.InnerException);
        }

        AddOnce(_broken, broken.Name);
    }

    private void Report(PictureNote note)
    {
        if (note.IsTruncated)
            AddOnce(_truncated, note.Name);
        if (_told.Contains(note.What))
            return;
        _told.Add(note.What);
        AddOnce(_warnings, note.WarnForAll());
    }

    private static void AddOnce(List<string> names, string name)
    {
        lock (names)
        {
            if (!names.Contains(name))
                names.Add(name);
        }
    }

    private static string[] Copy(List<string> names)
    {
        lock (names)
            return [.. names];
    }

    private float[] AttributesOf(LoadedSample sample)
    {
        var values = _source.AttributesOf(sample.Index);
        return values.Length == _source.Attributes.Count
            ? values.ToArray()
            : throw new InvalidOperationException(
                $"There are {_source.Attributes.Count} attributes, but '{sample.Real!.Name}' has {values.Length}.");
    }
}
