using System.Globalization;

namespace GanKit.Tests;

/// <summary>Assertions on whole tensors whose failures say where and by how much.</summary>
internal static class TensorAssert
{
    /// <summary>
    /// Every element satisfies <c>|actual - expected| &lt;= absolute + relative * |expected|</c>; shapes and dtypes are
    /// equal, and NaN matches nothing.
    /// </summary>
    public static void Close(Tensor expected, Tensor actual, double relative = 1e-5, double absolute = 1e-6)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.Equal(expected.dtype, actual.dtype);
        if (expected.numel() == 0)
            return;

        using var scope = NewDisposeScope();
        var wanted = Flat(expected);
        var given = Flat(actual);
        var difference = (given - wanted).abs();
        // Infinity - infinity is NaN, yet equal infinities are close.
        difference = where(given == wanted, zeros_like(difference), difference);
        var excess = difference - (absolute + relative * wanted.abs());
        // NaN must not slip through a comparison that is false for it.
        var wrong = (excess <= 0).logical_not();
        var count = wrong.sum().item<long>();
        if (count == 0)
            return;

        var at = where(wrong, excess.nan_to_num(nan: double.PositiveInfinity), double.NegativeInfinity).argmax()
            .item<long>();
        Assert.Fail(string.Create(CultureInfo.InvariantCulture,
            $"""
            {count} of {expected.numel()} elements differ by more than {absolute} + {relative} * |expected|.
            The worst is at [{string.Join(", ", Position(at, expected.shape))}] of shape ({string.Join(", ", expected.shape)}): expected {wanted[at].item<double>():R}, actual {given[at].item<double>():R}, difference {difference[at].item<double>():R}.
            """));
    }

    /// <summary>A scalar (any tensor of one element) is close to a number.</summary>
    public static void Close(double expected, Tensor actual, double relative = 1e-5, double absolute = 1e-6)
    {
        Assert.Equal(1, actual.numel());
        using var wanted = torch.full(actual.shape, expected, dtype: actual.dtype);
        Close(wanted, actual, relative, absolute);
    }

    /// <summary>Shapes, dtypes and every element are equal, bit for bit save for the sign of zero.</summary>
    public static void Equal(Tensor expected, Tensor actual) => Close(expected, actual, relative: 0, absolute: 0);

    /// <summary>No element is NaN or infinite.</summary>
    public static void Finite(Tensor actual)
    {
        using var finite = actual.isfinite().all();
        Assert.True(finite.item<bool>(), $"A tensor of shape ({string.Join(", ", actual.shape)}) holds NaN or infinity.");
    }

    private static Tensor Flat(Tensor tensor) => tensor.detach().cpu().to_type(ScalarType.Float64).reshape(-1);

    private static long[] Position(long index, long[] shape)
    {
        var position = new long[shape.Length];
        for (var axis = shape.Length - 1; axis >= 0; axis--)
            (index, position[axis]) = Math.DivRem(index, shape[axis]);
        return position;
    }
}
