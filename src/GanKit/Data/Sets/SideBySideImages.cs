using System.Drawing;

namespace GanKit;

/// <summary>See <see cref="ImagePairs.SideBySide"/>.</summary>
internal sealed class SideBySideImages(
    ImageListing listing, PairDirection direction, int inputChannels, int targetChannels, Color? background) : LazyPairSource
{
    public override int Count => listing.Files.Length;

    public override string Name(int index) => Path.Combine(listing.Root, listing.Files[index]);

    internal override IReadOnlyList<string> LeftOut => listing.LeftOut;

    internal override (LazyImage Input, LazyImage Target) OpenPair(int index, Workbench bench)
    {
        var path = Name(index);
        var both = ImageDecoder.Open(path, inputChannels, background, bench);
        // Grey and alpha are the decoder's business, so another number of channels is another decoding.
        var again = inputChannels == targetChannels ? both : ImageDecoder.Open(path, targetChannels, background, bench);

        var half = both.Width / 2;
        if (half == 0)
        {
            throw new InvalidDataException(
                $"The image '{path}' is one column wide; a pair needs two at least, side by side.");
        }

        var (input, target) = direction.Order((0, half), (half, both.Width - half));
        return (Columns(both, input), Columns(again, target));
    }

    private static CroppedImage Columns(LazyImage image, (int Start, int Count) columns) =>
        new(image, new(0, columns.Start, image.Height, columns.Count));
}
