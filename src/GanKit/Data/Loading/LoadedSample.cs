namespace GanKit;

/// <summary>A sample that a worker has made ready, or the reason why it could not.</summary>
internal sealed record LoadedSample(int Index, ImageSample? Sample, BrokenImageException? Broken) : IDisposable
{
    public void Dispose()
    {
        Sample?.Real.Pixels.Dispose();
        Sample?.Condition?.Pixels.Dispose();
    }
}
