namespace GanKit.Tests;

/// <summary>Compares autograd with central finite differences, in float64.</summary>
internal static class GradientCheck
{
    /// <summary>
    /// For each element w of each parameter, d loss / dw from <c>backward()</c> is close to
    /// <c>(loss(w + step) - loss(w - step)) / (2 step)</c>.
    /// </summary>
    /// <param name="loss">Computes a scalar from the parameters as they are now; deterministic.</param>
    /// <param name="parameters">
    /// Float64 leaves that require gradients. Their values and gradients are left as found.
    /// </param>
    /// <param name="step">How far each element is moved to either side.</param>
    /// <param name="relative">The tolerance, as a share of the difference quotient.</param>
    /// <param name="absolute">The tolerance in the gradient's own unit.</param>
    public static void Passes(
        Func<Tensor> loss, IEnumerable<Tensor> parameters, double step = 1e-6, double relative = 1e-5,
        double absolute = 1e-7)
    {
        using var scope = NewDisposeScope();
        var leaves = parameters.ToArray();
        Assert.NotEmpty(leaves);
        Assert.All(leaves, leaf => Assert.Equal(ScalarType.Float64, leaf.dtype));

        var value = loss();
        Assert.True(value.requires_grad, "The loss has no graph, so there are no gradients to check.");
        // allow_unused: a parameter the loss does not depend on has no gradient, which is a gradient of zero.
        var gradients = autograd.grad([value], leaves, allow_unused: true);
        foreach (var (leaf, gradient) in leaves.Zip(gradients))
        {
            TensorAssert.Close(
                Differences(loss, leaf, step), gradient.IsInvalid ? zeros_like(leaf) : gradient, relative, absolute);
        }
    }

    private static Tensor Differences(Func<Tensor> loss, Tensor leaf, double step)
    {
        var values = leaf.detach();  // shares the leaf's storage, and may be written in place
        var flat = values.view(-1);
        var result = zeros_like(flat);
        for (var i = 0L; i < flat.numel(); i++)
        {
            var element = flat[i];
            var saved = element.item<double>();
            element.fill_(saved + step);
            var above = Evaluate(loss);
            element.fill_(saved - step);
            var below = Evaluate(loss);
            element.fill_(saved);
            result[i] = (above - below) / (2 * step);
        }

        return result.view(leaf.shape);
    }

    private static double Evaluate(Func<Tensor> loss)
    {
        using var scope = NewDisposeScope();
        return loss().item<double>();
    }
}
