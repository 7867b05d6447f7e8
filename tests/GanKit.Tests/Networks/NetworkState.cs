using GanKit.Layers;

namespace GanKit.Tests.Networks;

/// <summary>What a network is made of, for tests to compare with the reference.</summary>
internal static class NetworkState
{
    /// <summary>Parameters, not tensors.</summary>
    public static long CountParameters(nn.Module network) => network.parameters().Sum(parameter => parameter.numel());

    /// <summary>The shape, <c>(64, 3, 7, 7)</c>, of each tensor in the state dict.</summary>
    public static Dictionary<string, string> ShapesOf(nn.Module network) => network.state_dict()
        .ToDictionary(entry => entry.Key, entry => $"({string.Join(", ", entry.Value.shape)})");

    /// <summary>The names of all dropout layers.</summary>
    public static IEnumerable<string> DropoutsOf(nn.Module network) => network.named_modules()
        .Where(entry => entry.module is DropoutLayer).Select(entry => entry.name).Distinct().Order();
}
