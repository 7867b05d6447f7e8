using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Keeps float16's small gradients from vanishing: the loss is multiplied by a large number, and the gradients are
/// divided by it. It is PyTorch's <c>GradScaler</c> with its defaults: begins at 65536, doubles after 2000 good updates
/// in a row, halves after one whose gradients are not all finite.
/// </summary>
/// <remarks>
/// Gradients are checked on their device, through their norm, and one boolean is read back, as in PyTorch: without it the step of an
/// arbitrary optimiser can't be left out. So the scale is a number on the CPU, and no tensor.
/// </remarks>
internal sealed class LossScaler : IStateful
{
    private const double Growth = 2;
    private const double Backoff = 0.5;
    private const int GrowthInterval = 2000;

    private long _goodUpdates;
    private double _scale = 65536;

    /// <summary>The factor of losses.</summary>
    internal double Scale => _scale;

    public void VisitState(StateVisitor visitor)
    {
        visitor.Value("scale", ref _scale);
        visitor.Value("good_updates", ref _goodUpdates, least: 0);
    }

    /// <summary>The loss to call backward on.</summary>
    internal Tensor Scaled(Tensor loss) => loss * Scale;

    /// <summary>Divides gradients by the scale, and chooses the next.</summary>
    /// <returns>Whether all are finite; if not, the update is to be left out.</returns>
    internal bool Unscale(IEnumerable<Tensor> gradients)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor[] all = [.. gradients];
        if (all.Length == 0)
            return true;
        using var norm = ManyTensors.Norm(all);
        using var finite = norm.isfinite();
        var good = finite.item<bool>();
        if (good)
        {
            using var factor = full([], 1 / Scale, dtype: ScalarType.Float32, device: all[0].device);
            ManyTensors.Multiply(all, factor);
        }

        Next(good);
        return good;
    }

    /// <summary>The scale after an update.</summary>
    private void Next(bool good)
    {
        if (!good)
        {
            (_scale, _goodUpdates) = (Scale * Backoff, 0);
        }
        else if (++_goodUpdates == GrowthInterval)
        {
            _goodUpdates = 0;
            if (float.IsFinite((float)(Scale * Growth)))
                _scale *= Growth;
        }
    }
}
