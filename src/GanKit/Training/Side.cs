using static TorchSharp.torch;

namespace GanKit;

/// <summary>A network and the networks that learn with it, as one module.</summary>
internal sealed class Side : nn.Module
{
    private Side(string role, nn.Module network, IReadOnlyDictionary<string, nn.Module> parts)
        : base(nameof(Side))
    {
        register_module(role, network);
        foreach (var (name, part) in parts)
            register_module(name, part);
    }

    /// <summary>The network itself where nothing learns with it. All of them are on the device and alive.</summary>
    internal static nn.Module Of(string role, nn.Module network, IReadOnlyDictionary<string, nn.Module> parts, TrainerOptions options)
    {
        foreach (var (name, part) in parts)
        {
            var what = $"{role}'s part '{name}'";
            ArgumentNullException.ThrowIfNull(part, name);
            NetworkState.RequireAlive(what, part);
            NetworkState.RequireMovable(what, part, options.Device);
            NetworkState.Move(what, part, options.Device);
            if (options.ChannelsLast)
                part.ToChannelsLast();
            if (part.parameters().FirstOrDefault(own => network.parameters().Any(other => other.Handle == own.Handle)) is not null)
                throw new ArgumentException($"The {what} is a part of the {role} itself already, and so learns with it: leave it out.");
        }

        return parts.Count == 0 ? network : new Side(role, network, parts);
    }

    // Its networks are not its own.
    protected override void Dispose(bool disposing) => base.Dispose(disposing: false);
}
