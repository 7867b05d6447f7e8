namespace GanKit;

/// <summary>Which part of a data set that its authors divided.</summary>
public sealed class DatasetSplit
{
    private DatasetSplit(string name) => Name = name;

    /// <summary>The part to train on.</summary>
    public static DatasetSplit Train { get; } = new("train");

    /// <summary>The part to test on.</summary>
    public static DatasetSplit Test { get; } = new("test");

    /// <summary>The name in lower case.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
