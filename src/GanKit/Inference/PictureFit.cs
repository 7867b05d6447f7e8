using static TorchSharp.torch;

namespace GanKit.Networks;

/// <summary>How pictures of any size go through a network that takes only some sizes. Derive for a way of your own.</summary>
/// <remarks>Immutable and thread safe. A network may enlarge its pictures by a whole factor.</remarks>
public abstract class PictureFit
{
    /// <summary>
    /// The picture grows on all sides, by reflection, to the next size that fits; what that adds is cut off the result.
    /// </summary>
    public static PictureFit PadAndCrop { get; } = new PaddedFit();

    /// <summary>
    /// The picture is resized (bilinear, antialiased) to the nearest size that fits, and the result back. Everything
    /// is seen at once, and the picture gets a little softer.
    /// </summary>
    /// <param name="size">
    /// A height and width that the network was trained on; each is taken to the nearest that fits. Default: those of
    /// the picture.
    /// </param>
    /// <returns>The way.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public static PictureFit Resize((long Height, long Width)? size = null)
    {
        if (size is { } given && (given.Height < 1 || given.Width < 1))
            throw new ArgumentOutOfRangeException(nameof(size), size, "Height and width must be at least 1.");
        return new ResizedFit(size);
    }

    /// <summary>
    /// The picture is cut into overlapping squares that go through the network one by one, so that memory does not
    /// grow with the picture. The outer quarters of an overlap, where a square lacks its surroundings, are thrown
    /// away, and within the middle half one square fades into the next.
    /// </summary>
    /// <remarks>
    /// Where a network's output depends on no input farther away than a quarter of the overlap, and the squares begin
    /// at multiples of its <see cref="PictureSizes.Multiple"/>, the result is that of the whole picture. Instance and
    /// batch statistics are each square's own.
    /// </remarks>
    /// <param name="size">
    /// Height and width of a square; taken to the next that fits, and no larger than the picture needs. Default: 256.
    /// </param>
    /// <param name="overlap">
    /// By how much neighbours overlap at least, from 0 to less than the size. Default: 64.
    /// </param>
    /// <returns>The way.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static PictureFit Tiles(long size = 256, long overlap = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(overlap);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(overlap, size);
        return new TiledFit(size, overlap);
    }

    /// <summary>Sends pictures through a network. Called without gradients, within a dispose scope.</summary>
    /// <param name="pictures">(B, C, H, W), of any size.</param>
    /// <param name="sizes">The sizes that the network takes.</param>
    /// <param name="network">The network: (B, C, h, w), h and w of those sizes, to (B, C', s·h, s·w).</param>
    /// <returns>(B, C', s·H, s·W).</returns>
    public abstract Tensor Run(Tensor pictures, PictureSizes sizes, Func<Tensor, Tensor> network);
}
