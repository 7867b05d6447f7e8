using static TorchSharp.torch;

namespace GanKit;

/// <summary>An image that a worker has made ready, or the reason why it could not.</summary>
internal sealed record LoadedImage(int Index, Tensor? Image, Exception? Broken) : IDisposable
{
    public void Dispose() => Image?.Dispose();
}
