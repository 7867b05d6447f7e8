using System.ComponentModel;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>Two networks of a cycle between domains, trained as one.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Pair : Module
{
    private protected Pair(string name, (string Key, Module Network) first, (string Key, Module Network) second)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(first.Network);
        ArgumentNullException.ThrowIfNull(second.Network);
        if (ReferenceEquals(first.Network, second.Network))
            throw new ArgumentException($"A {name} needs two networks, but was given the same one twice.");
        register_module(first.Key, first.Network);
        register_module(second.Key, second.Network);
    }

    /// <summary>
    /// Moves or converts both networks; TorchSharp's <c>to</c> calls it. Its own way looks at a module's properties by name, and fails
    /// where one is overridden with a type of its own; a pair has no weights but its networks'.
    /// </summary>
    protected override void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
    {
        foreach (var (_, network) in named_children())
        {
            if (device is not null)
                network.to(device.type, device.index, non_blocking);
            if (dtype is { } type)
                network.to(type, non_blocking);
        }

        if (device is not null)
            (_deviceType, _deviceIndex) = (device.type, device.index);
    }

    private protected static T Make<T>(Func<T> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return create();
    }
}
