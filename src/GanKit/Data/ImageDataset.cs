namespace GanKit.Data;

/// <summary>
/// Images or pairs of images from a source, and the transforms that they go through. Immutable: each method returns a new
/// data set.
/// </summary>
/// <example>
/// <code>
/// var batches = ImageFolder.Load("photos").Resize(72).RandomCrop(64).FlipHorizontally().Batches(64, seed: 1);
/// </code>
/// </example>
public sealed class ImageDataset
{
    private readonly ImageTransform[] _transforms;

    /// <summary>A data set of the images of a source as they are.</summary>
    /// <param name="source">Where they come from.</param>
    public ImageDataset(ImageSource source) : this(source, []) => ArgumentNullException.ThrowIfNull(source);

    private ImageDataset(ImageSource source, ImageTransform[] transforms) => (Source, _transforms) = (source, transforms);

    /// <summary>Pairs each image of one source with the one of the same number in another.</summary>
    /// <param name="inputs">A translator's inputs: <see cref="Batch.Condition"/>.</param>
    /// <param name="targets">Their targets: <see cref="Batch.Real"/>. As many as there are inputs.</param>
    /// <remarks>Both images of a pair are cropped and flipped alike. Labels and attributes are left out.</remarks>
    /// <exception cref="ArgumentException">There are not as many inputs as targets.</exception>
    public static ImageDataset Paired(ImageSource inputs, ImageSource targets)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        return new(new PairedImages(inputs, targets));
    }

    /// <summary>Lets images of one domain meet images of another to which nothing ties them.</summary>
    /// <param name="inputs">Images of the domain that a translator is given: <see cref="Batch.Condition"/>.</param>
    /// <param name="targets">Images of the domain that it translates to: <see cref="Batch.Real"/>.</param>
    /// <remarks>
    /// An epoch is as long as the larger domain. Sample i has input i, counted round and round if they are fewer, and a
    /// target drawn at random with replacement from the seed, the epoch and the sample; as CycleGAN's reference has it.
    /// Where batches are not shuffled, it is target i, counted in the same way. Crops and flips are drawn for each image
    /// by itself. Labels and attributes are left out.
    /// </remarks>
    public static ImageDataset Unpaired(ImageSource inputs, ImageSource targets)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        return new(new UnpairedImages(inputs, targets));
    }

    /// <summary>Where the images come from.</summary>
    public ImageSource Source { get; }

    /// <summary>The transforms of each image, in order.</summary>
    public IReadOnlyList<ImageTransform> Transforms => _transforms;

    /// <summary>The number of images.</summary>
    public int Count => Source.Count;

    /// <summary>The names of the classes, in the order of their labels; empty where there are no labels.</summary>
    public IReadOnlyList<string> Classes => Source.Classes;

    /// <summary>The names of the attributes, in the order of a condition's columns; empty where there are none.</summary>
    public IReadOnlyList<string> Attributes => Source.Attributes;

    /// <summary>
    /// The files in its folders that are pictures, by their endings, of formats that are not read: TIFF, AVIF, HEIC and
    /// others. They are no part of it, and a warning of them goes to <see cref="System.Diagnostics.Trace"/>.
    /// </summary>
    public IReadOnlyList<string> LeftOut => Source.LeftOut;

    /// <summary>Adds a transform after those that are there.</summary>
    /// <param name="transform">One of <see cref="ImageTransform"/>'s, or your own.</param>
    public ImageDataset With(ImageTransform transform)
    {
        ArgumentNullException.ThrowIfNull(transform);
        return new(Source, [.. _transforms, transform]);
    }

    /// <inheritdoc cref="ImageTransform.Resize(int, Interpolation)"/>
    public ImageDataset Resize(int shorterSide, Interpolation? interpolation = null) =>
        With(ImageTransform.Resize(shorterSide, interpolation));

    /// <inheritdoc cref="ImageTransform.Resize(int, int, Interpolation)"/>
    public ImageDataset Resize(int height, int width, Interpolation? interpolation = null) =>
        With(ImageTransform.Resize(height, width, interpolation));

    /// <inheritdoc cref="ImageTransform.CenterCrop"/>
    public ImageDataset CenterCrop(int height, int? width = null) => With(ImageTransform.CenterCrop(height, width));

    /// <inheritdoc cref="ImageTransform.RandomCrop"/>
    public ImageDataset RandomCrop(int height, int? width = null, int padding = 0) =>
        With(ImageTransform.RandomCrop(height, width, padding));

    /// <inheritdoc cref="ImageTransform.FlipHorizontally"/>
    public ImageDataset FlipHorizontally(double probability = 0.5) => With(ImageTransform.FlipHorizontally(probability));

    /// <summary>Keeps only the first images; of two domains without pairs, the first of each.</summary>
    /// <param name="count">How many, from 1 to <see cref="Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many, or it is less than 1.</exception>
    public ImageDataset Take(int count) => new(Source.First(count), _transforms);

    /// <summary>
    /// Gives images the attributes that a table has for them, which arrive as <see cref="Batch.Condition"/> (B, A).
    /// </summary>
    /// <remarks>
    /// The table is text: a line with the names of the columns, then a line an image. Columns are separated by commas, or
    /// else by tabs, semicolons or spaces; the first one has file names. Values are numbers, taken as they are (-1 and 1
    /// stay so), or <c>true</c> and <c>false</c>, which become 1 and 0. CelebA's list_attr_celeba.txt is read too: a
    /// number of images in a line before the names, and no name for the column of files. So is StyleGAN's dataset.json,
    /// whose column is named <c>label</c>, or <c>label0</c>, <c>label1</c> and so on where labels are vectors. A file name may have folders in
    /// front of it, as many as it takes to tell images apart, and another extension than the image or none. Attributes
    /// take the place of class labels.
    /// </remarks>
    /// <param name="path">The table's file.</param>
    /// <param name="only">The columns to take, in this order; all but the file names by default.</param>
    /// <param name="allowOthers">
    /// Whether the table may have lines for images that are not in this data set, such as those of another split; false by
    /// default, because then files are missing.
    /// </param>
    /// <exception cref="FileNotFoundException">There is no such table.</exception>
    /// <exception cref="InvalidDataException">
    /// The table can't be read, has two lines for an image or one line for two, lacks lines for images, or has lines
    /// without images; the message says where.
    /// </exception>
    /// <exception cref="ArgumentException"><paramref name="only"/> is empty, or the table lacks a column of it.</exception>
    /// <exception cref="InvalidOperationException">The data set has pairs, whose condition is an image.</exception>
    public ImageDataset WithAttributes(string path, IReadOnlyList<string>? only = null, bool allowOthers = false)
    {
        if (Source.HasConditionImages)
        {
            throw new InvalidOperationException(
                "A sample has one condition: in pairs of images it is the input, so attributes have no place.");
        }

        return new(AnnotatedImages.Match(Source, AttributeTable.Read(path, only), allowOthers), _transforms);
    }

    /// <summary>
    /// Gives images the classes that a table has for them, which arrive as <see cref="Batch.Condition"/> (B) of int64.
    /// </summary>
    /// <remarks>
    /// For a table as <see cref="WithAttributes"/> reads it, whose column has whole numbers from 0, such as StyleGAN's
    /// <c>dataset.json</c> with a number for each image. The classes are named by their numbers.
    /// </remarks>
    /// <param name="path">The table's file.</param>
    /// <param name="column">The column to take; by default the only one.</param>
    /// <param name="allowOthers">As for <see cref="WithAttributes"/>.</param>
    /// <exception cref="FileNotFoundException">There is no such table.</exception>
    /// <exception cref="InvalidDataException">As for <see cref="WithAttributes"/>; or a value is no whole number from 0.
    /// </exception>
    /// <exception cref="ArgumentException">The table lacks the column, or has several and none is named.</exception>
    /// <exception cref="InvalidOperationException">The data set has pairs, whose condition is an image.</exception>
    public ImageDataset WithClasses(string path, string? column = null, bool allowOthers = false)
    {
        var table = WithAttributes(path, column is null ? null : [column], allowOthers);
        if (table.Attributes.Count != 1)
        {
            throw new ArgumentException(
                $"A class is one number, but the table '{path}' has {table.Attributes.Count} columns: name one of "
                + $"{FileMatch.NameSome([.. table.Attributes])}.", nameof(column));
        }

        return new(AnnotatedImages.Classify(table.Source, path), _transforms);
    }

    /// <summary>Minibatches of these images, read and transformed on worker threads ahead of their use.</summary>
    /// <param name="batchSize">Images in a batch, at least 1.</param>
    /// <param name="seed">
    /// The same seed gives the same batches on any machine, whatever the number of workers: orders, crops and flips. By
    /// default a fresh one.
    /// </param>
    /// <param name="shuffle">Whether each epoch has its own random order; true by default, as training needs.</param>
    /// <param name="dropLast">
    /// Whether to leave out a last batch that is not full; true by default, unlike PyTorch's, for the reason given at
    /// <see cref="GanKit.Data.Batches.FromTensor"/>.
    /// </param>
    /// <param name="workers">
    /// Threads that read, at least 1; by default one less than the processors, from 1 to 8. An epoch has its own, which
    /// end with it or with its enumerator.
    /// </param>
    /// <param name="onBroken">The reaction to an image that can't be read; <see cref="BrokenImages.Fail"/> by
    /// default.
    /// </param>
    /// <param name="takeTruncated">
    /// Whether an image that breaks off is taken as far as it goes, the rest black or grey, as Pillow's
    /// <c>LOAD_TRUNCATED_IMAGES</c> does, and listed in <see cref="ImageBatches.Truncated"/>; by default it is broken.
    /// </param>
    /// <exception cref="ArgumentException">There are no images, or fewer than one batch while the last is dropped.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> or <paramref name="workers"/> is
    /// less than 1.
    /// </exception>
    public ImageBatches Batches(
        long batchSize, long? seed = null, bool shuffle = true, bool dropLast = true, int? workers = null,
        BrokenImages onBroken = BrokenImages.Fail, bool takeTruncated = false)
    {
        var threads = workers ?? Math.Clamp(Environment.ProcessorCount - 1, 1, 8);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1, nameof(workers));
        return new(Source, _transforms, new EpochOrder(Count, batchSize, shuffle, seed, dropLast), threads,
            onBroken, takeTruncated);
    }
}
