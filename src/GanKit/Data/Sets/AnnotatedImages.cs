using System.Globalization;

namespace GanKit.Data;

/// <summary>The images of another source, or the first of them, with labels or attributes of their own where they are given.</summary>
internal sealed class AnnotatedImages(ImageSource images) : ImageSource
{
    // More classes than any data set has; what is beyond is no class but a measurement.
    private const int MostClasses = 1_000_000;

    /// <summary>How many images there are.</summary>
    internal int Limit { get; init; } = images.Count;

    private (IReadOnlyList<string> Names, float[][] Values)? Table { get; init; }

    private (IReadOnlyList<string> Names, long[] Labels)? Kinds { get; init; }

    public override int Count => Limit;

    public override IReadOnlyList<string> Classes => Kinds?.Names ?? images.Classes;

    public override IReadOnlyList<string> Attributes => Kinds is null ? Table?.Names ?? images.Attributes : [];

    internal override IReadOnlyList<string> LeftOut => images.LeftOut;

    internal override IReadOnlyList<ImageSource> Domains => images.Domains;

    internal override bool HasConditionImages => images.HasConditionImages;

    public override string Name(int index) => images.Name(index);

    public override LazyImage Open(int index) => images.Open(index);

    internal override ImageSample OpenSample(int index, Random? random) => images.OpenSample(index, random);

    public override long? Label(int index) => Kinds is { } kinds ? kinds.Labels[index] : images.Label(index);

    public override ReadOnlySpan<float> AttributesOf(int index) =>
        Kinds is not null ? [] : Table is { } table ? table.Values[index] : images.AttributesOf(index);

    /// <summary>Takes the one attribute of each image for its class.</summary>
    /// <exception cref="InvalidDataException">A value is no whole number from 0.</exception>
    internal static AnnotatedImages Classify(ImageSource images, string table)
    {
        var labels = new long[images.Count];
        for (var i = 0; i < labels.Length; i++)
        {
            var value = images.AttributesOf(i)[0];
            if (value < 0 || value >= MostClasses || value != MathF.Floor(value))
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"The {images.Attributes[0]} of '{images.Name(i)}' in the table '{table}' is {value}, but classes are whole numbers from 0. Use WithAttributes for measurements."));
            }

            labels[i] = (long)value;
        }

        var names = Enumerable.Range(0, (int)labels.Max() + 1).Select(label => label.ToString(CultureInfo.InvariantCulture));
        return new(images) { Kinds = ([.. names], labels) };
    }

    /// <summary>Finds the row of each image.</summary>
    internal static AnnotatedImages Match(ImageSource images, AttributeTable table, bool allowOthers)
    {
        var values = new float[images.Count][];
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        var missing = new List<string>();
        for (var i = 0; i < values.Length; i++)
        {
            var name = images.Name(i);
            if (Endings(name.Replace('\\', '/')).Select(table.RowOf)
                .FirstOrDefault(found => found is not null) is not { } row)
                missing.Add(name);
            else if (!owners.TryAdd(row, name))
            {
                throw new InvalidDataException(
                    $"The table '{table.Path}' has one line '{row}' for both '{owners[row]}' and '{name}'. Write their "
                    + "folders into it too.");
            }
            else
                values[i] = table.Rows[row];
        }

        if (missing.Count > 0)
        {
            throw new InvalidDataException(
                $"The table '{table.Path}' has no line for {missing.Count} of {values.Length} images: "
                + $"{FileMatch.NameSome([.. missing])}.");
        }

        string[] others = [.. table.Rows.Keys.Where(row => !owners.ContainsKey(row))];
        if (others.Length > 0 && !allowOthers)
        {
            throw new InvalidDataException(
                $"{others.Length} of {table.Rows.Count} lines of the table '{table.Path}' have no image: "
                + $"{FileMatch.NameSome(others)}. If they are another split's, set allowOthers: true.");
        }

        return new(images) { Table = (table.Columns, values) };
    }

    /// <summary>A path, then the same without its first folder, and so on to the bare file name.</summary>
    private static IEnumerable<string> Endings(string name)
    {
        yield return name;
        for (var slash = name.IndexOf('/'); slash >= 0; slash = name.IndexOf('/', slash + 1))
            yield return name[(slash + 1)..];
    }
}
