using static TorchSharp.torch;

namespace GanKit;

/// <summary>See <see cref="ImageDataset.WithAttributes"/>.</summary>
internal sealed class AttributedImages : ImageSource
{
    private readonly ImageSource _images;
    private readonly float[][] _values;

    private AttributedImages(ImageSource images, IReadOnlyList<string> attributes, float[][] values) =>
        (_images, Attributes, _values) = (images, attributes, values);

    public override int Count => _images.Count;

    public override IReadOnlyList<string> Attributes { get; }

    public override IReadOnlyList<string> Classes => _images.Classes;

    public override string Name(int index) => _images.Name(index);

    public override Tensor Read(int index) => _images.Read(index);

    internal override IReadOnlyList<string> LeftOut => _images.LeftOut;

    internal override LazyImage Open(int index, Workbench bench) => _images.Open(index, bench);

    public override long? Label(int index) => _images.Label(index);

    public override ReadOnlySpan<float> AttributesOf(int index) => _values[index];

    /// <summary>Finds the row of each image.</summary>
    internal static AttributedImages Match(ImageSource images, AttributeTable table, bool allowOthers)
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

        return new(images, table.Columns, values);
    }

    /// <summary>A path, then the same without its first folder, and so on to the bare file name.</summary>
    private static IEnumerable<string> Endings(string name)
    {
        yield return name;
        for (var slash = name.IndexOf('/'); slash >= 0; slash = name.IndexOf('/', slash + 1))
            yield return name[(slash + 1)..];
    }
}
