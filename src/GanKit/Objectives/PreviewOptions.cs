namespace GanKit;

/// <summary>The content of a preview.</summary>
public sealed record PreviewOptions
{
    /// <summary>How many samples, where each is a sample of its own, or how many of a batch's pictures, at most; 64.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long Count
    {
        get;
        init => field = AtLeastOne(value);
    } = 64;

    /// <summary>Pictures side by side, and so how many of each class; 8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Columns
    {
        get;
        init => field = (int)AtLeastOne(value);
    } = 8;

    /// <summary>The seed of the latents, which are the same in every preview; 0.</summary>
    public long Seed { get; init; }

    /// <summary>Whether to use the averaged generator where there is one; <see langword="true"/>.</summary>
    public bool Averaged { get; init; } = true;

    /// <summary>
    /// Where the pictures come from that a generator is given: the first batch of these data, which is read once and kept by the
    /// trainer, such as held-out pictures, or <c>[batch]</c>. By default up to 16 samples of the first training batch.
    /// </summary>
    public IEnumerable<Batch>? Data { get; init; }

    private static long AtLeastOne(long value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        return value;
    }
}
