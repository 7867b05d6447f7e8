using static TorchSharp.torch;

namespace GanKit;

/// <summary>An objective whose generator makes samples out of nothing but random numbers.</summary>
/// <typeparam name="TG">The generators it can sample from.</typeparam>
public interface ISampler<in TG>
    where TG : nn.Module
{
    /// <summary>Generates samples, in the gradient mode and the training mode that the caller has set.</summary>
    /// <param name="generator">The generator.</param>
    /// <param name="count">How many; a large request may be run in parts, to bound its memory.</param>
    /// <param name="device">The generator's device.</param>
    /// <param name="random">A random source on the CPU, or <see langword="null"/> for the device's default one.</param>
    /// <returns>A tensor (count, ...) that belongs to the current dispose scope.</returns>
    Tensor Sample(TG generator, long count, Device device, Generator? random = null);
}
