using static TorchSharp.torch;

namespace GanKit;

/// <summary>The data for drawing a preview.</summary>
public sealed class PreviewContext : IDisposable
{
    private readonly Func<Batch> _batch;
    private Batch? _part;

    internal PreviewContext(PreviewOptions options, Device device, Generator random, Func<Batch> batch) =>
        (Options, Device, Random, _batch) = (options, device, random, batch);

    /// <summary>How many pictures are wanted.</summary>
    public PreviewOptions Options { get; }

    /// <summary>The generator's device.</summary>
    public Device Device { get; }

    /// <summary>A random source on the CPU with the preview's seed: pass it to <see cref="Latent.Sample"/>.</summary>
    public Generator Random { get; }

    /// <summary>
    /// A batch on the generator's device, the same in every preview of a run: of <see cref="PreviewOptions.Data"/>, or else of the
    /// training data. It is the trainer's.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is none: outside of <c>Fit</c> and <c>Steps</c>, data have to be given.</exception>
    public Batch Batch => _part ??= _batch() is var batch ? batch.Slice(0, Math.Min(batch.Size, Options.Count)) : null!;

    void IDisposable.Dispose() => _part?.Dispose();
}
