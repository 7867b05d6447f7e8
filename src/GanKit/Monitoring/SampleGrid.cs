using System.Globalization;
using static TorchSharp.torch;

namespace GanKit.Monitoring;

/// <summary>Shows how a generator learns: a picture file of the trainer's preview every N steps.</summary>
/// <remarks>
/// Numbered pictures that an older run left are copied first, to <c>samples-000500.1.png</c> and the like. The package GanKit.ImageSharp
/// has a callback that makes an animation of the pictures.
/// </remarks>
/// <example>
/// <code>
/// new SampleGrid("out/samples.png")
/// new SampleGrid("out/samples.png") { Preview = new() { Data = test, Columns = 12 } }  // of held-out pictures
/// new SampleGrid("out/samples-{step}.png", every: 1000)  // samples-000000.png, samples-001000.png, ...
/// </code>
/// </example>
public sealed class SampleGrid : PreviewCallback
{
    private readonly string _path;

    /// <summary>Prepares pictures; the first is made when the run begins.</summary>
    /// <param name="path">
    /// A file name that ends in .png, .jpg, .jpeg or .webp, whose folder is created if need be. The file is replaced by
    /// each picture, unless the name has <c>{step}</c> in it, which becomes the step's number in six digits.
    /// </param>
    /// <param name="every">Steps between two pictures, at least 1; 500 by default.</param>
    /// <exception cref="ArgumentException">The file name ends in something else.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is below 1.</exception>
    /// <exception cref="NativeBackendException">Skia, which writes the pictures, does not load.</exception>
    public SampleGrid(string path, long every = 500)
        : base(every)
    {
        ImageEncoder.For(path);
        // Better now than after the first steps.
        SkiaLibrary.EnsureLoaded();
        _path = path;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file can't be written.</exception>
    protected override void Show(Tensor grid, long step, bool isFirst)
    {
        var path = _path.Replace("{step}", step.ToString("D6", CultureInfo.InvariantCulture), StringComparison.Ordinal);
        // The first picture of a trainer that goes on is the last that it made before.
        if (path != _path && (!isFirst || step == 0))
            AtomicFile.KeepCopy(path);
        Images.Write(path, grid);
    }
}
