namespace GanKit.Networks;

/// <summary>How <c>ForInference</c> runs a network.</summary>
public sealed record InferenceOptions
{
    /// <summary>
    /// The mode it runs in; <see cref="InferenceMode.Own"/> by default, which is evaluation where the network knows of no
    /// other. Where batch normalisation takes the statistics of the images at hand, it can't be folded.
    /// </summary>
    public InferenceMode Mode { get; init => field = Given.NotNull(value); } = InferenceMode.Own;

    /// <summary>
    /// The precision of convolutions and matrix products; <see cref="Precision.Float32"/> by default. The output has the network's own type
    /// in any case.
    /// </summary>
    public Precision Precision { get; init => field = Given.NotNull(value); } = Precision.Float32;

    /// <summary>
    /// Whether the channels of a pixel lie next to each other in memory, which libtorch convolves faster on most
    /// processors and, in 16 bits, on NVIDIA GPUs; true by default. Values are the same, and the output has the usual layout.
    /// </summary>
    public bool ChannelsLast { get; init; } = true;

    /// <summary>
    /// How many samples go through the network at once, at least 1; all by default. Fewer take less memory.
    /// </summary>
    public long? BatchSize { get; init; }

    /// <summary>
    /// Whether a network on the CPU turns <see cref="Devices.KeepHostMemory"/> on, so that each call reuses the memory of the
    /// last; <see langword="true"/>. It holds for the whole process, and stays on.
    /// </summary>
    public bool KeepHostMemory { get; init; } = true;

    /// <exception cref="ArgumentOutOfRangeException">The batch size is below 1.</exception>
    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Mode);
        ArgumentNullException.ThrowIfNull(Precision);
        if (BatchSize is { } size)
            ArgumentOutOfRangeException.ThrowIfLessThan(size, 1, nameof(BatchSize));
    }
}
