using System.Globalization;

namespace GanKit;

/// <summary>
/// The range that values of pixels lie in: black or nothing at <see cref="Low"/>, full brightness at <see cref="High"/>. Images of the
/// library are in <see cref="Symmetric"/> unless a range is given.
/// </summary>
public sealed record ValueRange
{
    /// <summary>Names a range.</summary>
    /// <param name="low">The value of black.</param>
    /// <param name="high">The value of full brightness.</param>
    /// <exception cref="ArgumentException">The range is empty or not finite.</exception>
    public ValueRange(double low, double high)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || low >= high || !double.IsFinite(high - low))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"A range of values must be finite and ascending, but low is {low} and high is {high}."),
                nameof(low));
        }

        (Low, High) = (low, high);
    }

    /// <summary>[-1, 1], which generators that end in a hyperbolic tangent give, and in which the library reads images.</summary>
    public static ValueRange Symmetric { get; } = new(-1, 1);

    /// <summary>[0, 1], in which super-resolution networks and torchvision have images.</summary>
    public static ValueRange Unit { get; } = new(0, 1);

    /// <summary>[0, 255], the values of bytes, in a tensor of floating-point numbers.</summary>
    public static ValueRange Bytes { get; } = new(0, 255);

    /// <summary>The value of black.</summary>
    public double Low { get; }

    /// <summary>The value of full brightness.</summary>
    public double High { get; }

    /// <summary>The difference of the two, above 0.</summary>
    public double Width => High - Low;

    /// <summary>The range as mathematics writes it: <c>[-1, 1]</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{Low}, {High}]");
}
