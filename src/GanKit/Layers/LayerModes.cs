using static TorchSharp.torch;

namespace GanKit.Layers;

/// <summary>
/// Tells layers how to run during a call, whatever <c>train()</c> or <c>eval()</c> made of their flags: a network that is
/// used needs no change then, and any number of threads may call it, each in a mode of its own.
/// </summary>
/// <remarks>
/// A layer that is told so learns nothing: it neither updates running statistics nor advances a power iteration. What
/// is told holds for the thread that tells it and for tasks that it starts.
/// </remarks>
internal static class LayerModes
{
    private static readonly AsyncLocal<IReadOnlyDictionary<nn.Module, bool>?> Told = new();

    /// <summary>Whether a layer runs as in training, if it was told how to run.</summary>
    /// <returns>Nothing, where its own flag decides, and training means to learn.</returns>
    internal static bool? Of(nn.Module layer) =>
        Told.Value is { } modes && modes.TryGetValue(layer, out var trains) ? trains : null;

    /// <summary>Tells layers how to run, until the result is disposed.</summary>
    internal static IDisposable Tell(IReadOnlyDictionary<nn.Module, bool> modes)
    {
        var former = new Former(Told.Value);
        Told.Value = modes;
        return former;
    }

    private sealed class Former(IReadOnlyDictionary<nn.Module, bool>? modes) : IDisposable
    {
        public void Dispose() => Told.Value = modes;
    }
}
