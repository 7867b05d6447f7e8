using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>What the pairs of networks share.</summary>
internal static class Pair
{
    /// <summary>
    /// Moves or converts both networks. TorchSharp's own way looks at a module's properties by name, and fails where one
    /// is overridden with a type of its own; a pair has no weights but its networks'.
    /// </summary>
    internal static void Move(nn.Module pair, ScalarType? dtype, Device? device, bool nonBlocking)
    {
        foreach (var (_, network) in pair.named_children())
        {
            if (device is not null)
                network.to(device.type, device.index, nonBlocking);
            if (dtype is { } type)
                network.to(type, nonBlocking);
        }
    }
}
