using System.Reflection;
using GanKit.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit.Networks;

/// <summary>Whether a network, and each module within, is to run as in training; at first, as their flags say.</summary>
internal sealed class NetworkModes
{
    private static readonly Assembly Library = typeof(NetworkModes).Assembly, TorchSharps = typeof(nn.Module).Assembly;

    private readonly Dictionary<nn.Module, bool> _trains = new(ReferenceEqualityComparer.Instance); // parents first

    internal NetworkModes(nn.Module network) => Change(network, module => module.training);

    /// <summary>Whether any runs as in training.</summary>
    internal bool AnyTrains => _trains.ContainsValue(true);

    /// <summary>Whether a module, which is one of them, runs as in training.</summary>
    internal bool this[nn.Module module] => _trains[module];

    /// <summary>Whether each module runs as it does in others of the same network.</summary>
    internal bool AreLike(NetworkModes others) => _trains.All(entry => others._trains[entry.Key] == entry.Value);

    /// <summary>Changes how a network runs.</summary>
    /// <param name="network">The network, or a part of it.</param>
    /// <param name="trains">Whether a module runs as in training; nothing leaves it as it is.</param>
    internal void Change(nn.Module network, Func<nn.Module, bool?> trains)
    {
        foreach (var module in network.WithModules())
        {
            if (trains(module) is { } value)
                _trains[module] = value;
        }
    }

    /// <summary>Sets the flags of all modules.</summary>
    internal void Set()
    {
        foreach (var (module, trains) in _trains) // a module's train() sets its children too
            module.train(trains);
    }

    /// <summary>Has the library's own layers run so, and learn nothing, until the result is disposed.</summary>
    internal IDisposable Use() => LayerModes.Use(_trains);

    /// <summary>
    /// A module that follows its own flag and would have to be changed, or would change itself; null where the network can be called as it
    /// is.
    /// </summary>
    internal nn.Module? FindFixed() => _trains.FirstOrDefault(entry => IsFixed(entry.Key, entry.Value)).Key;

    private static bool IsFixed(nn.Module module, bool trains) =>
        module.GetType().Assembly != Library && (module.training != trains ? HasMode(module) : trains && MayLearn(module));

    private static bool MayLearn(nn.Module module) =>
        module is NormBase { running_mean: not null } || module.IsScript()
        || (module.GetType().Assembly != TorchSharps && module.named_buffers(recurse: false).Any());

    // A user's module may use its flag in any way; of TorchSharp's modules, these alone use it.
    private static bool HasMode(nn.Module module) => module.GetType().Assembly != TorchSharps || module
        is NormBase { running_mean: not null } or Dropout or Dropout1d or Dropout2d or Dropout3d or AlphaDropout
        or FeatureAlphaDropout or RReLU or RNN or LSTM or GRU or MultiheadAttention or Transformer or TransformerEncoder
        or TransformerDecoder or TransformerEncoderLayer or TransformerDecoderLayer
        || module.IsScript();
}
