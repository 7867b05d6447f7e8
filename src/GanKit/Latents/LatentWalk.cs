using static TorchSharp.torch;

namespace GanKit;

/// <summary>Paths between latent vectors.</summary>
public static class LatentWalk
{
    /// <summary>Below this sine the two directions count as parallel and are interpolated linearly.</summary>
    private const double ParallelSine = 1e-4;

    /// <summary>
    /// Spherical linear interpolation, slerp(a, b; t) = (sin((1 - t) w) a + sin(t w) b) / sin(w), with w the angle
    /// between a and b (Shoemake 1985; for latents White 2016, "Sampling Generative Networks").
    /// </summary>
    /// <remarks>
    /// Normal latents of n dimensions lie near a sphere of radius sqrt(n); a straight line between two of them leaves it,
    /// and the generator has never seen its middle. Where the two are parallel the straight line is taken.
    /// </remarks>
    /// <param name="from">Latents (..., size) at t = 0.</param>
    /// <param name="to">Latents at t = 1; the same shape.</param>
    /// <param name="t">The position on the way, from 0 to 1.</param>
    /// <returns>A tensor of the same shape, in the current dispose scope.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="t"/> is outside [0, 1].</exception>
    public static Tensor Slerp(Tensor from, Tensor to, double t)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        if (!from.shape.AsSpan().SequenceEqual(to.shape))
        {
            throw new ArgumentException(
                $"Both ends of an interpolation need the same shape, but they have {from.Describe()} and {to.Describe()}.",
                nameof(to));
        }

        if (t is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(t), t, "The position on the way must be from 0 to 1.");

        using var scope = NewDisposeScope();
        var cosine = (Unit(from) * Unit(to)).sum(-1, keepdim: true).clamp(-1, 1);
        var angle = cosine.acos();
        var sine = angle.sin();
        var parallel = sine < ParallelSine;
        var safeSine = sine.masked_fill(parallel, 1);
        var fromWeight = where(parallel, full_like(sine, 1 - t), (angle * (1 - t)).sin() / safeSine);
        var toWeight = where(parallel, full_like(sine, t), (angle * t).sin() / safeSine);
        return (from * fromWeight + to * toWeight).MoveToOuterDisposeScope();

        static Tensor Unit(Tensor vectors) => nn.functional.normalize(vectors, p: 2, dim: -1);
    }

    /// <summary>A path of equally spaced points from one latent to another, both ends included.</summary>
    /// <param name="from">A latent vector (size) or (1, size).</param>
    /// <param name="to">Another; the same shape.</param>
    /// <param name="steps">The number of points, at least 2.</param>
    /// <returns>A tensor (steps, size) to give to a generator, in the current dispose scope.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or hold more than one vector.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 2.</exception>
    public static Tensor Between(Tensor from, Tensor to, long steps)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        using var scope = NewDisposeScope();
        if (from.dim() is not (1 or 2) || from.numel() != from.shape[^1])
        {
            throw new ArgumentException(
                $"A path goes between two latent vectors, (size) or (1, size), but the first has shape {from.Describe()}.",
                nameof(from));
        }

        var size = from.shape[^1];
        var points = Enumerable.Sequence(0, steps - 1, 1).Select(i => Slerp(from, to, (double)i / (steps - 1)).reshape(1, size));
        return cat(points.ToArray()).MoveToOuterDisposeScope(); // (steps, size)
    }
}
