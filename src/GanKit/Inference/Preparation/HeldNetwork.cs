using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// What a network was at one moment: its weights, its buffers, and whether each of its modules trains. Whatever becomes
/// of it, it can compute with them: its tensors and modules stand for these while it does.
/// </summary>
internal sealed class HeldNetwork : IDisposable
{
    /// <summary>Which modules are in use: another call would take copies in their places for the network's own.</summary>
    private static readonly ConditionalWeakTable<nn.Module, StrongBox<int>> Uses = [];

    private readonly nn.Module _network;
    private readonly StrongBox<int>[] _uses; // of all modules
    private readonly nn.Module[] _modules;
    private readonly nn.Module[] _standIns; // of the modules
    private readonly (nn.Module Module, bool Training)[] _natives;
    private readonly (nn.Module Module, string Name)[] _names;
    private readonly (Tensor Copy, bool IsBuffer)[] _copies; // by name
    private Tensor[] _places; // by name

    /// <summary>Copies.</summary>
    /// <param name="network">The network, which keeps no part in this.</param>
    /// <param name="mode">The mode that it is to run in.</param>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    internal HeldNetwork(nn.Module network, InferenceMode mode)
    {
        NativeHandles.Require("ForInference");
        if (network.IsDisposed())
        {
            throw new ObjectDisposedException(
                network.GetType().Name,
                "The network is disposed, and its weights with it. ForInference copies them: call it before.");
        }

        using var noGrad = no_grad();
        _network = network;
        Modules = [.. network.WithModules().Distinct(ReferenceEqualityComparer.Instance).Cast<nn.Module>()];
        _uses = [.. Modules.Select(module => Uses.GetOrCreateValue(module))];
        using var use = Use();
        _modules = [.. Modules.Where(module => !IsNative(module))];
        var tensors = Tensors().ToArray();
        _names = [.. tensors.Select(each => (each.Module, each.Name))];
        _places = [.. tensors.Select(each => each.Tensor)];
        // One weight in two places stays one.
        var copies = new Dictionary<nint, Tensor>();
        _copies = [.. tensors.Select(each => (copies.TryGetValue(each.Tensor.Handle, out var copy)
            ? copy.alias().DetachFromDisposeScope() : copies[each.Tensor.Handle] = each.Tensor.KeptCopy(), each.IsBuffer))];
        if (network.FloatingWeight() is { } like)
            Like = (like.dtype, like.device);
        using var applied = mode.Apply(network);
        _standIns = [.. _modules.Select(StandIn)];
        _natives = [.. Modules.Where(IsNative).Select(module => (module, module.training))];
    }

    /// <summary>The network and all modules within, each once.</summary>
    internal nn.Module[] Modules { get; }

    /// <summary>What the network computes in, and where; nothing, where it has no weights.</summary>
    internal (ScalarType Dtype, Device Device)? Like { get; }

    /// <summary>
    /// Puts them in their places until the result is disposed. Buffers are copies, so that they are the same each time.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The network is in use, or lost a part that this can't do without.
    /// </exception>
    internal IDisposable Mount()
    {
        var use = Use();
        try
        {
            RequireNatives();
            FindPlaces();
            return new Mounted(this, use);
        }
        catch
        {
            use.Dispose();
            throw;
        }
    }

    /// <summary>Frees the copies.</summary>
    /// <exception cref="InvalidOperationException">
    /// The network is in use: what is freed then would be its own weights, which the copies stand for.
    /// </exception>
    public void Dispose()
    {
        using var use = Use();
        foreach (var (copy, _) in _copies)
            copy.Dispose();
        foreach (var standIn in _standIns)
            standIn.Dispose();
    }

    private void RequireNatives()
    {
        if (_natives.FirstOrDefault(native => native.Module.IsDisposed()).Module is { } gone)
        {
            throw new InvalidOperationException(
                $"The network's {gone.GetType().Name} is disposed, whose weights libtorch keeps where they can't be "
                + "copied from: a network that contains one has to outlive what ForInference makes of it.");
        }
    }

    private InUse Use() => InUse.TryBegin(_uses) ?? throw new InvalidOperationException(
        $"{_network.GetType().Name}, or a part of it, is computing for what ForInference made of it, on another thread or "
        + "in the call that this is part of, with copies in the places of its weights. Wait until that call ends, or give "
        + "each thread a network of its own.");

    // What computes in libtorch, with weights or settings that it alone knows. These follow the network.
    private static bool IsNative(nn.Module module) => module.IsScript() || module is EmbeddingBag or MultiheadAttention
        or RNN or LSTM or GRU or RNNCell or LSTMCell or GRUCell
        or Transformer or TransformerEncoder or TransformerDecoder or TransformerEncoderLayer or TransformerDecoderLayer;

    private static nn.Module StandIn(nn.Module module)
    {
        nn.Module standIn = new Nothing();
        if (module is Embedding embedding)
        {
            // Its weight is libtorch's. What else it may have been made with matters to gradients, but for a limit on
            // norms, which rows keep once they were looked up.
            using var scope = NewDisposeScope();
            standIn = nn.Embedding_from_pretrained(embedding.weight!.detach().clone());
            foreach (var parameter in standIn.parameters())
                parameter.DetachFromDisposeScope();
        }

        standIn.train(module.training);
        return standIn;
    }

    private IEnumerable<(nn.Module Module, string Name, Tensor Tensor, bool IsBuffer)> Tensors() => _modules
        .Where(module => module is not Embedding)
        .SelectMany(module => module.named_parameters(recurse: false)
            .Select(entry => (module, entry.name, (Tensor)entry.parameter, false))
            .Concat(module.named_buffers(recurse: false).Concat(module.UnsavedBuffers())
                .Select(entry => (module, entry.Item1, entry.Item2, true))));

    /// <summary>Others may have taken the place of those that were there: TorchSharp's <c>to</c> makes new ones.</summary>
    private void FindPlaces()
    {
        if (_network.IsDisposed())
        {
            _places = [.. _names.Zip(_places, (name, known) => name.Module.FindOwn(name.Name) ?? known)];
            return;
        }

        var now = Tensors().ToArray();
        if (now.Length == _places.Length && now.Zip(_places).All(pair => ReferenceEquals(pair.First.Tensor, pair.Second)))
            return;
        var byName = now.ToDictionary(each => (each.Module, each.Name), each => each.Tensor);
        _places = [.. _names.Zip(_places, (name, known) => byName.TryGetValue(name, out var place) ? place
            : name.Module.FindOwn(name.Name) is { } disposed ? disposed
            : name.Module.IsDisposed() ? known
            : throw new InvalidOperationException(
                $"The network's {name.Module.GetType().Name} has no '{name.Name}' any more, which it had when "
                + "ForInference was called. Call it again."))];
    }

    /// <summary>Stands for a module of which only the mode matters.</summary>
    private sealed class Nothing() : nn.Module(nameof(Nothing));

    private sealed class Mounted : IDisposable
    {
        private readonly HeldNetwork _held;
        private readonly Tensor[] _places; // others may be found meanwhile
        private readonly Tensor[] _tensors;
        private readonly bool[] _modes; // of the native modules
        private readonly InUse _use;

        internal Mounted(HeldNetwork held, InUse use)
        {
            using var noGrad = no_grad();
            (_held, _places, _use) = (held, held._places, use);
            _tensors = [.. held._copies.Select(
                each => each.IsBuffer ? each.Copy.KeptCopy() : each.Copy)];
            _modes = [.. held._natives.Select(native => native.Module.training)];
            foreach (var (module, training) in held._natives)
                module.train(training);
            Exchange(_places.Zip(_tensors));
        }

        public void Dispose()
        {
            // Backwards: one place may have been given two, one after the other.
            Exchange(_places.Zip(_tensors).Reverse());
            foreach (var (native, training) in _held._natives.Zip(_modes))
                native.Module.train(training);
            foreach (var (tensor, (_, isBuffer)) in _tensors.Zip(_held._copies))
            {
                if (isBuffer)
                    tensor.Dispose();
            }

            _use.Dispose();
        }

        private void Exchange(IEnumerable<(Tensor Place, Tensor Tensor)> pairs)
        {
            foreach (var (place, tensor) in pairs)
                NativeHandles.Exchange(place, tensor);
            foreach (var (module, standIn) in _held._modules.Zip(_held._standIns))
                NativeHandles.Exchange(module, standIn);
        }
    }
}
