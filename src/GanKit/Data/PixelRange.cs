using static TorchSharp.torch;

namespace GanKit;

/// <summary>Tells pictures whose values are those of bytes, which networks that end in tanh can't make.</summary>
internal static class PixelRange
{
    // Fewer numbers a sample are points or measurements, which have any scale.
    private const int FewestValues = 64;

    // What is normalised by mean and deviation stays below, and bytes of any picture worth training on reach above.
    private const double MostNormalised = 16;

    /// <summary>Warns once where samples have no negative value and some that are far greater than 1.</summary>
    /// <param name="samples">Samples (N, ...).</param>
    /// <param name="what">What they are, for the warning.</param>
    internal static void Warn(Tensor samples, string what)
    {
        if (samples.numel() < FewestValues * samples.shape[0])
            return;
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (least, most) = (samples.min().to(float64).item<double>(), samples.max().to(float64).item<double>());
        if (least >= 0 && most > MostNormalised)
            KernelNotice.Say(
                FormattableString.Invariant($"{what} have values from {least:g4} to {most:g4}, and none below 0"),
                "Generators that end in tanh make -1 to 1, and metrics and pictures take that for granted. For values of bytes: samples / 127.5 - 1.");
    }
}
