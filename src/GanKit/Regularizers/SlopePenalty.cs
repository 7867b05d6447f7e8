using static TorchSharp.torch;

namespace GanKit;

/// <summary>A penalty on the critic's slope at points that a class derived from it chooses.</summary>
/// <remarks>
/// With a target it is <c>E[(||∇D(x̂)|| - target)²]</c>, and without <c>E[||∇D(x̂)||²] / 2</c>. The norm is Euclidean, over
/// everything but the batch; a critic of several logits is differentiated in their sum. A sample's slope is its own only if the
/// critic judges each by itself: use no batch norm in it.
/// </remarks>
/// <example>
/// <code>
/// internal sealed class FlatNearData() : SlopePenalty("flat_near_data", weight: 10)
/// {
///     protected override Tensor Points(Tensor real, Tensor fake) => real + 0.1 * randn_like(real);
/// }
/// </code>
/// </example>
public abstract class SlopePenalty : IRegularizer
{
    private readonly double? _target;

    /// <summary>Names the penalty and weighs it.</summary>
    /// <param name="name">The name in the log.</param>
    /// <param name="weight">The factor in the discriminator's loss, 0 or more.</param>
    /// <param name="target">The norm that costs nothing, 0 or more; without, the squared norm costs.</param>
    /// <param name="interval">Evaluate on every k-th step; 1 by default. See <see cref="IRegularizer"/>.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    protected SlopePenalty(string name, double weight, double? target = null, int interval = 1)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
        Weight = PenaltyArguments.RequireWeight(weight);
        _target = target is { } norm ? PenaltyArguments.RequireTarget(norm) : null;
        Interval = PenaltyArguments.RequireInterval(interval);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public double Weight { get; }

    /// <inheritdoc/>
    public int Interval { get; }

    /// <inheritdoc/>
    public bool BeforeAugmentation { get; init; } = true;

    /// <summary>Where the slope is taken.</summary>
    /// <param name="real">Real samples (B, ...), detached.</param>
    /// <param name="fake">Generated samples, detached.</param>
    /// <returns>Points (B, ...), in the current dispose scope; their graph is not followed.</returns>
    /// <exception cref="ArgumentException">The samples do not fit.</exception>
    protected abstract Tensor Points(Tensor real, Tensor fake);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The samples do not fit, or the logits do not depend on them.</exception>
    public Tensor Penalty(Func<Tensor, Tensor> critic, Tensor real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(critic);
        using var scope = NewDisposeScope();
        return PenaltyAt(critic, Points(real, fake)).MoveToOuterDisposeScope();
    }

    /// <summary>The penalty at chosen points.</summary>
    private protected Tensor PenaltyAt(Func<Tensor, Tensor> critic, Tensor points)
    {
        using var scope = NewDisposeScope();
        var slopes = CriticGradient.At(critic, points); // (B, D)
        if (_target is not { } target)
            return slopes.square().sum(1).mean().Times(0.5).MoveToOuterDisposeScope();
        // Not the root of the sum of squares: its slope at zero is infinite, while this norm's is defined as zero, so
        // a sample on which the critic is flat does not turn every weight into NaN.
        var norm = linalg.vector_norm(slopes, ord: 2, dims: [1]);
        return norm.Minus(target).square().mean().MoveToOuterDisposeScope();
    }
}
