using static TorchSharp.torch;

namespace GanKit.Layers;

/// <summary>
/// How layers run during a call, whatever <c>train()</c> or <c>eval()</c> made of their flags: a network that is used needs
/// no change then, and any number of threads may call it, each in a mode of its own.
/// </summary>
/// <remarks>
/// A layer with such a mode learns nothing: it neither updates running statistics nor advances a power iteration. The mode
/// holds for the thread that sets it and for tasks started there, even if they go on later.
/// </remarks>
internal static class LayerModes
{
    private static readonly AsyncLocal<IReadOnlyDictionary<nn.Module, bool>?> Current = new();

    /// <summary>Whether a layer runs as in training, where a call says so.</summary>
    /// <returns>Nothing, where its own flag decides, and training means to learn.</returns>
    internal static bool? Of(nn.Module layer) =>
        Current.Value is { } modes && modes.TryGetValue(layer, out var trains) ? trains : null;

    /// <summary>Sets how layers run, until the result is disposed.</summary>
    internal static IDisposable Use(IReadOnlyDictionary<nn.Module, bool> modes)
    {
        var former = new Former(Current.Value);
        Current.Value = modes;
        return former;
    }

    private sealed class Former(IReadOnlyDictionary<nn.Module, bool>? modes) : IDisposable
    {
        public void Dispose() => Current.Value = modes;
    }
}
