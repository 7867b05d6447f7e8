using System.Runtime.CompilerServices;
using GanKit.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit.Networks;

/// <summary>Makes networks that compute with the weights another network has now, and share nothing with it.</summary>
internal static class NetworkCopy
{
    private static readonly Lock Random = new();
    private static readonly ConditionalWeakTable<nn.Module, object> Copies = []; // all modules of each

    /// <summary>Makes a copy that runs in a mode and learns nothing from its calls.</summary>
    /// <param name="network">The network; it stays as it is.</param>
    /// <param name="factory">Makes a network of the same form.</param>
    /// <param name="mode">The mode that the copy is put in.</param>
    /// <param name="keepsRandomState">Whether the default random state is put back after the factory drew from it.</param>
    /// <exception cref="ArgumentException">The factory makes a network of other weights.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    internal static TModule Of<TModule>(TModule network, Func<TModule> factory, InferenceMode mode, bool keepsRandomState = true)
        where TModule : nn.Module
    {
        var copy = keepsRandomState ? MakeApart(factory) : Make(factory);
        RequireApart(network, copy);
        try
        {
            CopyState(network, ref copy);
            CopyModes(mode.Of(network), network, copy);
            foreach (var spectral in copy.WithModules().OfType<SpectralNormLayer>())
                spectral.Fix();
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    internal static void RequireAlive(nn.Module network, string advice)
    {
        if (network.IsDisposed())
        {
            throw new ObjectDisposedException(
                network.GetType().Name, $"The network is disposed, and its weights with it. {advice}");
        }
    }

    // Shared weights would be overwritten, and disposed with the copy.
    private static void RequireApart(nn.Module network, nn.Module copy)
    {
        var known = network.WithModules().ToHashSet<nn.Module>(ReferenceEqualityComparer.Instance);
        var shared = copy.WithModules().FirstOrDefault(module => known.Contains(module) || Copies.TryGetValue(module, out _));
        var handles = State(network).Values.Select(tensor => tensor.Handle).ToHashSet();
        var weight = State(copy).FirstOrDefault(entry => handles.Contains(entry.Value.Handle)).Key;
        if (shared is not null || weight is not null)
        {
            throw new ArgumentException(
                "The factory should make a new network of new layers at each call, but its network "
                + (ReferenceEquals(network, copy) ? "is the network itself."
                    : shared is not null ? $"has a {shared.GetType().Name} that the network, or another copy, has too."
                    : $"shares '{weight}' with the network."));
        }

        foreach (var module in copy.WithModules())
            Copies.AddOrUpdate(module, module);
    }

    private static TModule Make<TModule>(Func<TModule> factory)
        where TModule : nn.Module
    {
        var made = factory() ?? throw new ArgumentException("The factory gave no network.", nameof(factory));
        foreach (var (_, tensor) in State(made)) // those that libtorch keeps would go with the caller's scope
            tensor.DetachFromDisposeScope();
        return made;
    }

    // A network draws its first weights, which are not needed here: seeded training goes on as if they had not been drawn.
    // The state is the process's, so one at a time.
    private static TModule MakeApart<TModule>(Func<TModule> factory)
        where TModule : nn.Module
    {
        lock (Random)
        {
            using var former = get_rng_state();
            try
            {
                return Make(factory);
            }
            finally
            {
                RandomState.Restore(former);
            }
        }
    }

    private static void CopyState<TModule>(TModule network, ref TModule copy)
        where TModule : nn.Module
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        if (network.FloatingWeight() is { } weight && copy.FloatingWeight() is { } made)
        {
            // At once, since moving disposes what was there.
            if (!made.device.Matches(weight.device) || made.dtype != weight.dtype)
                copy = copy.to(weight.device, weight.dtype);
        }

        var (known, own) = (State(network), State(copy));
        RequireSame(network, known, own);
        foreach (var (name, tensor) in own)
            tensor.copy_(known[name]);
        foreach (var parameter in copy.parameters())
            parameter.requires_grad = false;
    }

    private static Dictionary<string, Tensor> State(nn.Module network) => network.named_parameters()
        .Select(entry => (entry.name, (Tensor)entry.parameter)).Concat(network.named_buffers())
        .ToDictionary(entry => entry.Item1, entry => entry.Item2, StringComparer.Ordinal);

    private static void RequireSame(
        nn.Module network, Dictionary<string, Tensor> known, Dictionary<string, Tensor> own)
    {
        string[] differences =
        [
            .. own.Keys.Except(known.Keys).Select(name => $"'{name}' is the factory's alone"),
            .. known.Keys.Except(own.Keys).Select(name => $"'{name}' is the network's alone"),
            .. known.Where(entry => own.TryGetValue(entry.Key, out var other)
                    && (other.dtype != entry.Value.dtype || !other.shape.AsSpan().SequenceEqual(entry.Value.shape)))
                .Select(entry => $"'{entry.Key}' is {entry.Value.dtype} {entry.Value.Describe()} in the network and "
                    + $"{own[entry.Key].dtype} {own[entry.Key].Describe()} in the factory's"),
        ];
        if (differences.Length > 0)
        {
            throw new ArgumentException(
                $"The factory should make a network of the same form as {network.GetType().Name}, with the same weights "
                + $"and buffers, but {string.Join("; ", differences.Take(3))}"
                + (differences.Length > 3 ? $"; and {differences.Length - 3} more." : "."));
        }
    }

    private static void CopyModes(NetworkModes modes, nn.Module network, nn.Module copy)
    {
        var named = network.named_modules().DistinctBy(entry => entry.name)
            .ToDictionary(entry => entry.name, entry => entry.module, StringComparer.Ordinal);
        copy.train(modes[network]);
        foreach (var (name, module) in copy.named_modules().ToArray()) // parents first: a module's train() sets its children
        {
            if (named.TryGetValue(name, out var original))
                module.train(modes[original]);
        }

        // Without running statistics, a normalisation takes those of the batch at hand, and writes to none.
        foreach (var norm in copy.WithModules().OfType<NormBase>().Where(norm => norm.training))
            (norm.running_mean, norm.running_var, norm.num_batches_tracked) = (null, null, null);
    }
}
