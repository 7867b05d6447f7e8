using static TorchSharp.torch;

namespace GanKit.Networks;

/// <summary>See <see cref="PictureFit.Tiles"/>.</summary>
internal sealed class TiledFit(long size, long overlap) : PictureFit
{
    public override Tensor Run(Tensor pictures, PictureSizes sizes, Func<Tensor, Tensor> network)
    {
        var (rows, columns) = (Cut(pictures.size(2), sizes), Cut(pictures.size(3), sizes));
        return PaddedFit.Run(pictures, rows.Length, columns.Length, grown => Blend(grown, rows, columns, network));
    }

    private static Tensor Blend(Tensor pictures, Tiling rows, Tiling columns, Func<Tensor, Tensor> network)
    {
        Tensor? blended = null;
        var scale = 0L;
        Tensor[] down = [], across = [];
        foreach (var (top, row) in rows.Starts.Index())
        {
            foreach (var (left, column) in columns.Starts.Index())
            {
                using var scope = NewDisposeScope();
                var tile = network(pictures.narrow(2, row, rows.Tile).narrow(3, column, columns.Tile));
                if (blended is null)
                {
                    scale = PaddedFit.ScaleOf(tile, rows.Tile, columns.Tile);
                    blended = tile.new_zeros(tile.size(0), tile.size(1), rows.Length * scale, columns.Length * scale)
                        .MoveToOuterDisposeScope();
                    (down, across) = (rows.Weights(scale, tile), columns.Weights(scale, tile));
                }

                var weights = down[top].unsqueeze(1) * across[left]; // (h, w)
                blended.narrow(2, row * scale, rows.Tile * scale).narrow(3, column * scale, columns.Tile * scale)
                    .PlusInPlace(tile * weights);
            }
        }

        return blended!;
    }

    private Tiling Cut(long length, PictureSizes sizes)
    {
        var whole = sizes.AtLeast(length);
        var tile = Math.Min(sizes.AtLeast(size), whole);
        if (tile == whole)
            return new(whole, tile, [0], 0);
        // Squares that begin at multiples see the same grid as the whole; where no such step fits, any has to do.
        var step = (tile - overlap) / sizes.Multiple * sizes.Multiple;
        if (step > 0)
            return new(whole, tile, Starts(whole, tile, step), overlap);
        return new(Math.Max(length, tile), tile, Starts(Math.Max(length, tile), tile, tile - overlap), overlap);
    }

    private static long[] Starts(long whole, long tile, long step)
    {
        var count = (whole - tile + step - 1) / step;
        return [.. Enumerable.Range(0, (int)count + 1).Select(index => Math.Min(index * step, whole - tile))];
    }

    /// <summary>One dimension of a picture, cut into pieces of one length.</summary>
    private sealed record Tiling(long Length, long Tile, long[] Starts, long Overlap)
    {
        /// <summary>Each piece's share in each of its pixels; those of all pieces sum to 1 in every pixel.</summary>
        internal Tensor[] Weights(long scale, Tensor like)
        {
            using var scope = NewDisposeScope();
            var size = Tile * scale;
            var sums = zeros(Length * scale, dtype: float64);
            var shares = Starts.Select((start, piece) => (Start: start * scale, Share: Raw(piece, scale))).ToArray();
            foreach (var (start, share) in shares)
                sums.narrow(0, start, size).PlusInPlace(share);
            return [.. shares.Select(entry => (entry.Share / sums.narrow(0, entry.Start, size))
                .to(like.dtype).to(like.device).MoveToOuterDisposeScope().MoveToOuterDisposeScope())];
        }

        // 0 in the outer quarter of an overlap, rising to 1 through its middle half; 1 at the picture's own border.
        private Tensor Raw(int piece, long scale)
        {
            var size = Tile * scale;
            return tensor([.. Enumerable.Range(0, (int)size).Select(pixel =>
                (piece == 0 ? 1 : Ramp(pixel, scale)) *
                (piece == Starts.Length - 1 ? 1 : Ramp(size - 1 - pixel, scale)))], dtype: float64);
        }

        private double Ramp(long depth, long scale)
        {
            var width = Overlap * scale / 2.0;
            return width == 0 ? 1 : Math.Clamp((depth + 0.5 - width / 2) / width, 0, 1);
        }
    }
}
