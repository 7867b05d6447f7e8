namespace GanKit;

/// <summary>Guesses the shape of images that a network knows only as so many numbers.</summary>
internal static class MlpImage
{
    internal const string Note =
        "the weights tell how many numbers an image has, not their layout; a square is assumed, grey or of 3 channels";

    /// <summary>Channels and size of a square image of so many numbers; at most one of 1 and 3 channels fits.</summary>
    internal static (long Channels, long Size)? Square(long numbers)
    {
        foreach (var channels in new[] { 1L, 3L })
        {
            var size = (long)Math.Round(Math.Sqrt(numbers / (double)channels));
            if (size > 0 && channels * size * size == numbers)
                return (channels, size);
        }

        return null;
    }
}
