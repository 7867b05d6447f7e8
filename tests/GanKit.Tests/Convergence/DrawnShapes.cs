namespace GanKit.Tests.Convergence;

/// <summary>Grey discs, rings, squares, triangles and crosses on black, of random place, size, turn and brightness.</summary>
internal static class DrawnShapes
{
    internal const int Classes = 5;

    /// <summary>Draws pictures (count, 1, size, size) in [-1, 1], and their labels (count); classes take turns.</summary>
    internal static (Tensor Images, Tensor Labels) Draw(int count, int size, int seed)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator((ulong)seed, CPU);
        var labels = arange(count, dtype: int64) % Classes;
        var (radius, turn) = (Between(0.2, 0.32), Between(-0.4, 0.4));
        var axis = (arange(size) + 0.5) / size; // the picture is 1 wide
        var (across, down) = (axis.reshape(1, 1, -1) - Between(0.42, 0.58), axis.reshape(1, -1, 1) - Between(0.42, 0.58));
        var (x, y) = (turn.cos() * across + turn.sin() * down, turn.cos() * down - turn.sin() * across); // (count, size, size)
        var (far, square) = ((x * x + y * y).sqrt(), maximum(x.abs(), y.abs()));
        var outside = stack(
        [
            far - radius,
            (far - 0.75 * radius).abs() - 0.25 * radius,
            square - 0.85 * radius,
            maximum(x.abs() * Math.Sqrt(0.75) - y / 2, y) - radius / 2,
            maximum(minimum(x.abs(), y.abs()) - 0.25 * radius, square - radius),
        ]); // signed distances to each outline, (5, count, size, size)
        var own = outside[labels, arange(count, dtype: int64)];
        var coverage = (0.5 - own * size).clamp(0, 1); // one pixel of antialiasing
        var images = (2 * coverage * Between(0.6, 1) - 1).unsqueeze(1);
        return (images.MoveToOuterDisposeScope(), labels.MoveToOuterDisposeScope());

        Tensor Between(double low, double high) => low + (high - low) * rand(count, 1, 1, generator: random);
    }
}
