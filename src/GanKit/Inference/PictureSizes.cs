namespace GanKit.Networks;

/// <summary>The heights and widths that a network takes: multiples of a number, not below another.</summary>
public sealed record PictureSizes
{
    /// <summary>States the sizes.</summary>
    /// <param name="multiple">Sizes are multiples of this, at least 1. Default: 1, all sizes.</param>
    /// <param name="smallest">Sizes are at least this, at least 1. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public PictureSizes(long multiple = 1, long smallest = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(multiple, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(smallest, 1);
        (Multiple, Smallest) = (multiple, smallest);
    }

    /// <summary>Sizes are multiples of this.</summary>
    public long Multiple { get; }

    /// <summary>Sizes are at least this.</summary>
    public long Smallest { get; }

    /// <summary>The least size that fits and is not below the given one.</summary>
    /// <param name="size">A height or width, in pixels.</param>
    /// <returns>A height or width that the network takes.</returns>
    public long AtLeast(long size) => (Math.Max(size, Smallest) + Multiple - 1) / Multiple * Multiple;

    /// <summary>The size that fits and is closest to the given one.</summary>
    /// <param name="size">A height or width, in pixels.</param>
    /// <returns>A height or width that the network takes; the larger of two that are equally close.</returns>
    public long Nearest(long size) => Math.Max(AtLeast(1), (size + Multiple / 2) / Multiple * Multiple);
}
