using static TorchSharp.torch;

namespace GanKit;

/// <summary>An objective whose generator makes samples out of random numbers, or of random numbers and a condition.</summary>
/// <typeparam name="TG">The generators it can sample from.</typeparam>
public interface ISampler<in TG>
    where TG : nn.Module
{
    /// <summary>Generates samples, in the gradient mode and the training mode that the caller has set.</summary>
    /// <param name="generator">The generator.</param>
    /// <param name="count">How many; a large request may be run in parts, to bound its memory.</param>
    /// <param name="device">The generator's device.</param>
    /// <param name="random">A random source on the CPU, or <see langword="null"/> for the device's default one.</param>
    /// <param name="condition">
    /// The samples' conditions (count, ...), on the device; <see langword="null"/> leaves the choice to the objective.
    /// </param>
    /// <returns>A tensor (count, ...) that belongs to the current dispose scope.</returns>
    /// <exception cref="ArgumentException">There is a condition, and the generator takes none.</exception>
    /// <exception cref="NotSupportedException">There is none, and the objective can't choose one.</exception>
    Tensor Sample(TG generator, long count, Device device, Generator? random = null, Tensor? condition = null);
}
