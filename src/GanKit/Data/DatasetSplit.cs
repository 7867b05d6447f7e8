namespace GanKit.Data;

/// <summary>Which part of a data set that its authors divided.</summary>
public enum DatasetSplit
{
    /// <summary>The part to train on.</summary>
    Train,

    /// <summary>The part to test on.</summary>
    Test,
}
