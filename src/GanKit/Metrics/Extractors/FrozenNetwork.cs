using TorchSharp;
using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>Networks that only look.</summary>
internal static class FrozenNetwork
{
    /// <summary>Loads weights, and sets a network to evaluation without gradients; disposes it where that fails.</summary>
    internal static TNetwork Load<TNetwork>(TNetwork network, string path, PyTorchLoadOptions options, Device? device)
        where TNetwork : nn.Module
    {
        try
        {
            network.LoadWeights(path, options);
            return network.Freeze(device);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>In evaluation mode, without gradients of weights, on a device.</summary>
    internal static TNetwork Freeze<TNetwork>(this TNetwork network, Device? device = null)
        where TNetwork : nn.Module
    {
        if (device is not null)
            network.to(device);
        network.eval();
        foreach (var weight in network.parameters())
            weight.requires_grad = false;
        return network;
    }
}
