using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>Labelled rows of pictures that show what a generator has learnt. It owns its tensors.</summary>
/// <example>
/// <code>
/// using var preview = trainer.Preview(new() { Columns = 10 });
/// using var grid = preview.ToGrid();
/// Images.Write("preview.png", grid);
/// </code>
/// </example>
public sealed class Preview : IDisposable
{
    private readonly int _columns;

    /// <summary>Takes ownership of the rows' tensors.</summary>
    /// <param name="rows">The rows, at least one.</param>
    /// <param name="columns">Pictures side by side in <see cref="ToGrid"/>; 8.</param>
    /// <exception cref="ArgumentException">There is no row.</exception>
    public Preview(IEnumerable<PreviewRow> rows, int columns = 8)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        (Rows, _columns) = ([.. rows], columns);
        if (Rows.Count == 0)
            throw new ArgumentException("A preview needs at least one row of pictures.", nameof(rows));
        foreach (var row in Rows)
            row.Images.DetachFromDisposeScope();
    }

    /// <summary>The rows, from top to bottom.</summary>
    public IReadOnlyList<PreviewRow> Rows { get; }

    /// <summary>Whether a value is not a number, which a generator makes after training diverged.</summary>
    public bool HasNaN => Rows.Any(row =>
    {
        using var scope = NewDisposeScope();
        return row.Images.isnan().any().item<bool>();
    });

    /// <summary>Lays all rows out in one picture, with <see cref="ImageGrid.Make"/>'s padding.</summary>
    /// <remarks>
    /// Where rows are longer than the columns, they go on below the last row, all of them, so that pictures that belong together
    /// stay below one another. Smaller pictures are enlarged by whole factors, and grey ones beside coloured ones become coloured.
    /// </remarks>
    /// <returns>One image (C, H, W), in the current dispose scope.</returns>
    /// <exception cref="ArgumentException">A row is no batch of pictures, or rows have different channels, of which none is grey.</exception>
    public Tensor ToGrid()
    {
        if (Rows.FirstOrDefault(row => row.Images.dim() != 4 || row.Images.numel() == 0) is { } odd)
        {
            throw new ArgumentException(
                $"A preview's rows are batches of images (B, C, H, W), but '{odd.Label}' has the shape {odd.Images.Describe()}.");
        }

        using var scope = NewDisposeScope();
        var (channels, height, width) = (Largest(1), Largest(2), Largest(3));
        var rows = Rows.Select(Fit).ToArray();
        var longest = rows.Max(row => row.shape[0]);
        if (rows is [var only])
            return ImageGrid.Make(only, _columns).MoveToOuterDisposeScope();
        var across = Math.Min(_columns, longest);
        var cells = new List<Tensor>();
        for (var start = 0L; start < longest; start += across)
            cells.AddRange(rows.Select(row => Part(row, start, across)));
        return ImageGrid.Make(cat(cells), (int)across).MoveToOuterDisposeScope();

        long Largest(int dimension) => Rows.Max(row => row.Images.shape[dimension]);

        Tensor Fit(PreviewRow row)
        {
            var images = row.Images.detach();
            if (images.shape[1] != channels && images.shape[1] != 1)
            {
                throw new ArgumentException(
                    $"A preview's rows must have equally many channels, or one, but '{row.Label}' has {images.shape[1]} and another "
                    + $"{channels}.");
            }

            var factor = Math.Min(height / images.shape[2], width / images.shape[3]);
            var large = factor > 1 ? images.repeat_interleave(factor, 2).repeat_interleave(factor, 3) : images;
            var (below, right) = (height - large.shape[2], width - large.shape[3]);
            return functional.pad(large.to(float32), [right / 2, right - right / 2, below / 2, below - below / 2], PaddingModes.Constant, -1)
                .expand(-1, channels, -1, -1);
        }

        // Missing cells are as dark as the padding.
        static Tensor Part(Tensor row, long start, long count)
        {
            var there = Math.Clamp(row.shape[0] - start, 0, count);
            var part = row.narrow(0, Math.Min(start, row.shape[0]), there);
            return there == count ? part : cat([part, part.new_full([count - there, .. part.shape[1..]], -1)]);
        }
    }

    /// <summary>Frees the pictures.</summary>
    public void Dispose()
    {
        foreach (var row in Rows)
            row.Images.Dispose();
    }
}
