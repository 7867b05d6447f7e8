namespace GanKit;

/// <summary>Another image extended by its mirror image, the border's own pixels not repeated (reflection).</summary>
internal sealed class PaddedImage : LazyImage
{
    private readonly LazyImage _image;
    private readonly int _padding;

    /// <exception cref="InvalidOperationException">There is not so much to mirror.</exception>
    internal PaddedImage(LazyImage image, int padding)
        : base(image.Channels, image.Height + 2 * padding, image.Width + 2 * padding)
    {
        if (padding >= Math.Min(image.Height, image.Width))
        {
            throw new InvalidOperationException(
                $"An image of {image.Height} x {image.Width} (height x width) can't be extended by {padding} pixels of "
                + "its mirror image, which has one less than its sides.");
        }

        (_image, _padding) = (image, padding);
    }

    internal override void Paint(Window part, Span<float> target, Workbench bench)
    {
        var (rows, columns) = (Reflect(part.Top, part.Height, _image.Height), Reflect(part.Left, part.Width, _image.Width));
        var needed = new Window(rows.Min(), columns.Min(), rows.Max() - rows.Min() + 1, columns.Max() - columns.Min() + 1);
        var mark = bench.Here;
        var source = bench.Floats(Channels * needed.Area);
        _image.Paint(needed, source, bench);
        var next = 0;
        for (var c = 0; c < Channels; c++)
            foreach (var row in rows)
            {
                var line = source.Slice((c * needed.Height + row - needed.Top) * needed.Width, needed.Width);
                foreach (var column in columns)
                    target[next++] = line[column - needed.Left];
            }

        bench.ReturnTo(mark);
    }

    /// <summary>Which rows or columns of the image these are.</summary>
    private int[] Reflect(int start, int count, int size)
    {
        var places = new int[count];
        for (var i = 0; i < count; i++)
        {
            var place = Math.Abs(start + i - _padding);
            places[i] = place < size ? place : 2 * (size - 1) - place;
        }

        return places;
    }
}
