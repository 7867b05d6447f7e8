using GanKit.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace GanKit.Benchmarks.Learning;

/// <summary>Differences between pictures in [-1, 1] and their truths, averaged over all that were added.</summary>
internal sealed class PictureErrors
{
    // A pixel has a colour where its channels differ by more than a twentieth of their range.
    private const double Chroma = 0.1;

    private readonly StructuralSimilarity _similarity = new();
    private double _l1;
    private double _ssim;
    private double _coloredL1;
    private double _colored;
    private double _pixels;

    internal long Count { get; private set; }

    /// <summary>The mean of |output - truth|.</summary>
    internal double L1 => _l1 / Count;

    /// <summary>The mean structural similarity of a picture.</summary>
    internal double Ssim => _ssim / Count;

    /// <summary>
    /// The mean of |output - truth| over the pixels that have a colour in truth; white and grey ones are left out.
    /// </summary>
    internal double ColoredL1 => _coloredL1 / _colored;

    /// <summary>The share of the pixels that have a colour in truth.</summary>
    internal double ColoredShare => _colored / _pixels;

    internal void Add(Tensor outputs, Tensor truths)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var distance = (outputs - truths).abs().mean([1], keepdim: true); // (B, 1, H, W)
        var colored = (truths.amax([1], keepdim: true) - truths.amin([1], keepdim: true) > Chroma).to(float32);
        Count += truths.shape[0];
        _l1 += distance.mean([1, 2, 3]).sum().ToDouble();
        _ssim += _similarity.Measure(outputs, truths).sum().ToDouble();
        _coloredL1 += (distance * colored).sum().ToDouble();
        _colored += colored.sum().ToDouble();
        _pixels += colored.numel();
    }
}
