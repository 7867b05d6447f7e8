using static TorchSharp.torch;

namespace GanKit.ImageSharp;

/// <summary>Shows how a generator learns: an animated GIF that gets a frame of the trainer's preview every N steps.</summary>
/// <remarks>
/// The file is complete at every moment, and can be watched while the run goes on. One that an older run left is copied first, to
/// <c>progress.1.gif</c> and the like; the same callback in another <c>Fit</c> adds to its file.
/// </remarks>
/// <example>
/// <code>
/// trainer.Fit(data, epochs: 20, callbacks: [new SampleGrid("out/samples.png"), new SampleAnimation("out/progress.gif")]);
/// </code>
/// </example>
public sealed class SampleAnimation : PreviewCallback
{
    private readonly AnimatedGif _gif;

    /// <summary>Prepares an animation; its first frame is made when the run begins.</summary>
    /// <param name="path">A file name that ends in .gif. The folder is created if need be.</param>
    /// <param name="every">Steps between two frames, at least 1; 500 by default.</param>
    /// <param name="frameDelay">How long a frame is shown; 200 ms by default.</param>
    /// <param name="lastFrameDelay">How long the last frame is held before the animation begins again; 2 s by default.</param>
    /// <exception cref="ArgumentException">The file name does not end in .gif.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is below 1, or a delay is one that GIF can't say.</exception>
    public SampleAnimation(string path, long every = 500, TimeSpan? frameDelay = null, TimeSpan? lastFrameDelay = null)
        : base(every) => _gif = new(path, frameDelay, lastFrameDelay);

    /// <inheritdoc/>
    /// <exception cref="IOException">The file can't be written, and has the frames that it had.</exception>
    protected override void Show(Tensor grid, long step, bool isFirst)
    {
        if (_gif.FrameCount == 0)
            KeepOlder(_gif.FilePath);
        _gif.Add(grid);
    }
}
