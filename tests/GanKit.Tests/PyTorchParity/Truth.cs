using Xunit.Sdk;

namespace GanKit.Tests.PyTorchParity;

/// <summary>
/// Compares a computation with its truth, which is PyTorch's result in float64 (Fixtures/truth.py). No tolerance is taken
/// from a run of ours: in float32 a result may be away from the truth by four times PyTorch's own error in float32, so
/// that any processor's kernels may round as they do. In float64 it is the truth but for the last digits, whatever the
/// processor, and so close that one weight changed by 1e-4 is seen.
/// </summary>
internal static class Truth
{
    /// <summary>What one weight, or where there is none one input, is changed by.</summary>
    public const double Nudge = 1e-4;

    /// <summary>
    /// How far a network's drawn weights may be from PyTorch's, as a share of a tensor's largest: its own kernels draw normal
    /// numbers up to 2e-6 standard deviations apart (ATEN_CPU_CAPABILITY=default and avx2).
    /// </summary>
    public const double Draws = 4 * 2e-6;

    private const double Float64Error = 1e-10;

    /// <summary>Computes all that is recorded of a case.</summary>
    /// <param name="dtype">The type of weights and inputs.</param>
    /// <param name="nudge">What to add to one of them.</param>
    public delegate IEnumerable<(string Key, Tensor Value)> Computation(ScalarType dtype, double nudge);

    /// <summary>Computes in float64, again with a changed weight, and in float32.</summary>
    /// <param name="fixture">The fixture file.</param>
    /// <param name="name">The case in it.</param>
    /// <param name="compute">Computes it.</param>
    public static void Check(string fixture, string name, Computation compute)
    {
        using var scope = NewDisposeScope();
        var recorded = Fixture.Load(fixture).Under($"{name}/");
        var error = Allowed(recorded["error"].item<double>(), float32);
        var truth = recorded.Where(entry => entry.Key is not ("error" or "keys" or "shape")).ToDictionary();

        Near(truth, Thinned(float64, 0), float64, Float64Error);
        Assert.ThrowsAny<XunitException>(() => Near(truth, Thinned(float64, Nudge), float64, Float64Error));
        Near(truth, Thinned(float32, 0), float32, error);

        IEnumerable<(string, Tensor)> Thinned(ScalarType dtype, double nudge) =>
            compute(dtype, nudge).Select(entry => (entry.Key, Thin(entry.Value.detach())));
    }

    /// <summary>
    /// Four times PyTorch's error; where it happened to round right, four times what one rounding may make.
    /// </summary>
    /// <param name="error">PyTorch's, of numbers of size one.</param>
    /// <param name="dtype">The type it computed in.</param>
    public static double Allowed(double error, ScalarType dtype) =>
        4 * Math.Max(error, dtype == bfloat16 ? 1.0 / (1 << 8) : 1.0 / (1 << 24));

    /// <summary>A loss is as near as <see cref="Allowed"/> says; NaN is where PyTorch has none.</summary>
    /// <param name="truth">PyTorch's in float64.</param>
    /// <param name="actual">Ours, a float32 whatever computed it.</param>
    /// <param name="allowed">How far apart they may be.</param>
    public static void AssertLoss(double truth, double actual, double allowed)
    {
        if (double.IsNaN(truth))
            Assert.True(double.IsNaN(actual), "There was an update in a step in which PyTorch made none.");
        else
            Assert.Equal(truth, actual, allowed);
    }

    /// <summary>The entries below a prefix, without it.</summary>
    public static Dictionary<string, Tensor> Under(this IReadOnlyDictionary<string, Tensor> recorded, string prefix) =>
        recorded.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value);

    /// <summary>Adds to one weight of the first layer that does anything: what comes of it goes through all others.</summary>
    public static void Change(nn.Module module, double by) =>
        Change(module.parameters().FirstOrDefault(weight => weight.dim() > 1 && !IsIdle(weight)) ?? module.parameters().First(), by);

    /// <summary>Adds to the element with the largest gradient, or while there is none to one in the middle.</summary>
    public static void Change(Tensor tensor, double by)
    {
        using var noGrad = no_grad();
        var at = tensor.grad?.abs().argmax().item<long>() ?? (tensor.numel() / 2);
        tensor.view(-1)[at].add_(by);
    }

    /// <summary>Of each tensor, elements are at most a share of its size away from those of the truth.</summary>
    /// <param name="truth">What PyTorch computed in float64.</param>
    /// <param name="actual">The same of ours.</param>
    /// <param name="dtype">The type that ours has where it is no integer; null for any.</param>
    /// <param name="share">The tolerance.</param>
    public static void Near(
        IReadOnlyDictionary<string, Tensor> truth, IEnumerable<(string Key, Tensor Value)> actual, ScalarType? dtype,
        double share)
    {
        var computed = actual.ToDictionary();
        Assert.Equal(truth.Keys.Order(StringComparer.Ordinal), computed.Keys.Order(StringComparer.Ordinal));
        var sizes = Sizes(truth);
        foreach (var (key, expected) in truth)
        {
            var value = computed[key].detach();
            if (value.is_floating_point() && dtype is not null)
                Assert.Equal(dtype, value.dtype);
            TensorAssert.Close(expected, value.to(expected.dtype), relative: 0, absolute: share * sizes[key]);
        }
    }

    /// <summary>How far from the truth a result is, as a share of its tensor's size.</summary>
    public static double Distance(IReadOnlyDictionary<string, Tensor> truth, IReadOnlyDictionary<string, Tensor> actual)
    {
        var sizes = Sizes(truth);
        return truth.Max(entry =>
            (actual[entry.Key].detach().to(entry.Value.dtype) - entry.Value).abs().max().to(float64).item<double>()
            / sizes[entry.Key]);
    }

    // A sum that cancels keeps the rounding errors of its large terms: it is as large as the largest of its kind.
    private static Dictionary<string, double> Sizes(IReadOnlyDictionary<string, Tensor> truth)
    {
        var own = truth.ToDictionary(entry => entry.Key, entry => Size(entry.Value));
        var kinds = own.GroupBy(entry => Kind(entry.Key)).ToDictionary(kind => kind.Key, kind => kind.Max(entry => entry.Value));
        return own.ToDictionary(
            entry => entry.Key, entry => entry.Value < 0.01 * kinds[Kind(entry.Key)] ? kinds[Kind(entry.Key)] : entry.Value);
    }

    private static bool IsIdle(Tensor weight) => weight.grad is { } gradient && Size(gradient) < 1e-3;

    private static string Kind(string key) => key.Split('/')[0];

    private static double Size(Tensor tensor) =>
        tensor.is_floating_point() ? tensor.to(float64).abs().max().item<double>() : 0;

    // As Fixtures/truth.py thins large tensors.
    private static Tensor Thin(Tensor tensor) =>
        tensor.numel() < 200 ? tensor : tensor.flatten()[TensorIndex.Slice(step: (tensor.numel() / 100) | 1)];
}
