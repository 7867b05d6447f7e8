using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GanKit.Layers;

/// <summary>
/// Builds networks for the names and sizes of their weights alone. Meanwhile <see cref="Layer"/> makes this thread's layers on
/// the meta device: no memory is taken for numbers, and none is drawn from a random source.
/// </summary>
internal sealed class Blueprint
{
    // Of this thread alone: TorchSharp's default device is one for the whole process.
    [ThreadStatic]
    private static Blueprint? _current;
    private int _layersLeft;

    private Blueprint(int mostLayers) => _layersLeft = mostLayers;

    /// <summary>Where the next layer is to be made: on the meta device, or, outside of a blueprint, where TorchSharp makes it.</summary>
    internal static Device? NextDevice => _current?.Take();

    /// <summary>Builds a network and reads what is needed of it, before it is disposed.</summary>
    /// <param name="build">Makes the network.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="mostLayers">Where it has more layers with weights, building ends early.</param>
    /// <returns>The result of <paramref name="read"/>; null where the network can't be built from its numbers, or has too many
    /// layers.</returns>
    internal static T? Of<T>(Func<nn.Module> build, Func<nn.Module, T> read, int mostLayers)
        where T : class
    {
        NativeBackend.EnsureLoaded();
        var outer = _current;
        var blueprint = _current = new(mostLayers);
        try
        {
            using var scope = NewDisposeScope();
            using var network = build();
            return read(network);
        }
        catch (Exception exception) when (blueprint._layersLeft < 0
            || exception is ArgumentException or OverflowException or ExternalException)
        {
            return null;
        }
        finally
        {
            _current = outer;
        }
    }

    private Device Take() => --_layersLeft >= 0 ? META
        : throw new InvalidOperationException("The network has more layers than were asked for.");
}
