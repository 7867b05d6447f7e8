using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// The catalogue of what networks compute in. Weights are float32 in each of them; 16 bits are for convolutions and matrix
/// products alone, which <see cref="Autocast"/> chooses as PyTorch's <c>torch.autocast</c> does.
/// </summary>
/// <remarks>
/// For training give it to <see cref="TrainerOptions.Precision"/>. Micikevicius et al. 2018, "Mixed Precision Training".
/// </remarks>
public sealed class Precision
{
    private Precision(string name, ScalarType dtype) => (Name, Dtype) = (name, dtype);

    /// <summary>32 bits throughout: what networks do without being asked.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "It is the type that the name means, as PyTorch spells it.")]
    public static Precision Float32 { get; } = new("float32", ScalarType.Float32);

    /// <summary>
    /// bfloat16: float32's range with 8 bits of mantissa. Made for processors that compute in it (AVX-512 with bf16, AMX,
    /// Arm with bf16) and for NVIDIA GPUs from Ampere on. Elsewhere it works and is slow: on x86 without AVX-512 a training step
    /// can take thousands of times as long as in 32 bits, and the first scope there says so through <c>Trace</c>.
    /// </summary>
    public static Precision BFloat16 { get; } = new("bfloat16", ScalarType.BFloat16);

    /// <summary>
    /// float16: 11 bits of mantissa and a small range, so that gradients need a scaled loss, which the trainer computes.
    /// Made for NVIDIA GPUs before Ampere; on a processor it works, and is slow, as there.
    /// </summary>
    public static Precision Float16 { get; } = new("float16", ScalarType.Float16);

    /// <summary>All of the catalogue.</summary>
    public static IReadOnlyList<Precision> All { get; } = [Float32, BFloat16, Float16];

    /// <summary>PyTorch's name: <c>float32</c>, <c>bfloat16</c> or <c>float16</c>.</summary>
    public string Name { get; }

    /// <summary>The type that convolutions and matrix products are computed in.</summary>
    public ScalarType Dtype { get; }

    /// <summary>The precision in effect on the calling thread.</summary>
    /// <param name="device">The device that it is in effect on.</param>
    /// <returns><see cref="Float32"/> outside of every scope.</returns>
    public static Precision Current(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (!AutocastScope.IsFor(device) || AutocastFunctions.OrNull is not { } functions
            || !functions.IsEnabled(device.type))
            return Float32;
        var dtype = functions.Dtype(device.type);
        return All.FirstOrDefault(precision => precision.Dtype == dtype) ?? Float32;
    }

    /// <summary>
    /// Runs what follows in this precision, until the result is disposed: operators that are safe in 16 bits take their
    /// inputs in 16 bits, those that need 32 bits take them in 32, by libtorch's own lists for the device. It is
    /// <c>torch.autocast</c>, and <see cref="Float32"/> is its <c>enabled=False</c>: within an outer scope, it turns
    /// that off.
    /// </summary>
    /// <remarks>
    /// <para>Scopes nest, and end in any order: one that is disposed before a scope within it ends along with that. An
    /// exception ends them as <c>using</c> ends all things. A scope holds on the thread that opened it, and must be
    /// disposed there: use none across an <c>await</c>.</para>
    /// <para>A scope is for forward passes: losses, <c>backward()</c> and updates stand outside. The output of a network may have 16 bits:
    /// widen it before a loss with <c>to(float32)</c>. Tensors of other types than float32 and the
    /// 16-bit ones are left alone.</para>
    /// <para>Weights that learn are cast once, and the cast is used again until the outermost scope ends. So don't
    /// change weights in a scope, nor run one network there first without gradients and then with: the cast made
    /// without them would be used again.</para>
    /// </remarks>
    /// <param name="device">Where it is to hold: a processor, CUDA or MPS device. Other devices' operators are left
    /// alone.
    /// </param>
    /// <returns>Dispose it to put back what was in effect.</returns>
    /// <exception cref="ArgumentException">The device has no lower precision, as <c>meta</c>.</exception>
    /// <exception cref="PlatformNotSupportedException">
    /// The libtorch in use does not export what this takes; the message names what is missing. Not thrown by
    /// <see cref="Float32"/>.
    /// </exception>
    /// <example><code>using (Precision.BFloat16.Autocast(device)) output = network.call(input);</code></example>
    public IDisposable Autocast(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return AutocastScope.Open(this, device);
    }

    /// <summary>Parses the name of a precision, for command lines and configuration.</summary>
    /// <param name="text"><c>float32</c> or <c>f32</c>, <c>bfloat16</c> or <c>bf16</c>, <c>float16</c> or <c>f16</c>,
    /// in any case.
    /// </param>
    /// <returns>The precision.</returns>
    /// <exception cref="ArgumentException">The text names no precision.</exception>
    public static Precision Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var name = text.Trim().ToLowerInvariant();
        return All.FirstOrDefault(
            precision => name == precision.Name || name == precision.Name.Replace("loat", "", StringComparison.Ordinal))
            ?? throw new ArgumentException(
                $"'{text}' is no precision. Allowed are float32 (f32), bfloat16 (bf16) and float16 (f16).", nameof(text));
    }

    /// <summary>The <see cref="Name"/>.</summary>
    public override string ToString() => Name;
}
