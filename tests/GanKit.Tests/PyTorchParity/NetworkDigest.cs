namespace GanKit.Tests.PyTorchParity;

/// <summary>
/// A few numbers that tell whether two tensors are equal, as <c>digest</c> in Fixtures/networks.py takes them.
/// </summary>
internal static class NetworkDigest
{
    /// <summary>
    /// Some values from the first to the last, then the mean, the mean of magnitudes and the mean times a wave.
    /// </summary>
    public static Tensor Of(Tensor tensor, long samples = 4)
    {
        var flat = tensor.detach().to(float64).flatten();
        var at = (arange(samples, dtype: int64) * (flat.numel() - 1)).div(samples - 1, RoundingMode.floor);
        var wave = arange(flat.numel(), dtype: float64).cos();
        return cat([flat[at], stack([flat.mean(), flat.abs().mean(), (flat * wave).mean()])]);
    }

    /// <summary>A row for each tensor, in the order of their names.</summary>
    public static Tensor Of(IEnumerable<(string Name, Tensor Value)> named) =>
        stack(named.OrderBy(entry => entry.Name, StringComparer.Ordinal).Select(entry => Of(entry.Value)));

    /// <summary>
    /// Compares row by row: each weight's gradient has a scale of its own. What cancels exactly (the bias before a
    /// normalisation) is rounding noise, and says nothing.
    /// </summary>
    /// <param name="expected">PyTorch's digests.</param>
    /// <param name="actual">Ours.</param>
    /// <param name="noise">What is noise, as a share of the largest value.</param>
    /// <param name="absolute">
    /// The tolerance, as a share of the row's largest value; what float32, in which digests are written, rounds away.
    /// </param>
    public static void Close(Tensor expected, Tensor actual, double noise, double absolute = 1e-7)
    {
        Assert.Equal(expected.shape, actual.shape);
        var largest = Largest(expected);
        foreach (var (wanted, given) in expected.to(float64).atleast_2d().unbind().Zip(actual.atleast_2d().unbind()))
            TensorAssert.Close(wanted, given, relative: 0, absolute: (absolute * Largest(wanted)) + (noise * largest));
    }

    /// <summary>The largest magnitude.</summary>
    public static double Largest(Tensor tensor) => tensor.to(float64).abs().max().item<double>();
}
