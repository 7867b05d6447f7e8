using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>One network's side of the trainer: its parameters, their gradients and their optimiser.</summary>
internal sealed class NetworkState : IDisposable, IStateful
{
    private readonly string _role;
    private readonly nn.Module _network;
    private readonly Parameter[] _parameters;
    private readonly string[] _names;
    private readonly Parameter[] _trainable;
    private readonly optim.Optimizer _optimizer;
    private readonly (optim.ILearningRateController Group, double Rate)[] _rates;
    private readonly LossScaler? _scaler;

    internal NetworkState(
        string role, nn.Module network, Func<IReadOnlyList<Parameter>, optim.Optimizer> createOptimizer,
        Precision precision)
    {
        _role = role;
        _network = network;
        _parameters = [.. network.parameters()];
        _names = [.. network.named_parameters().Select(named => named.name)];
        _trainable = [.. _parameters.Where(parameter => parameter.requires_grad)];
        if (_trainable.Length == 0)
        {
            throw new ArgumentException(
                $"The {role} has no trainable parameters: register its submodules (RegisterComponents) and leave "
                + "requires_grad on." + NativeAot.Hint(network));
        }

        if (precision != Precision.Float32
            && _trainable.FirstOrDefault(parameter => parameter.dtype != ScalarType.Float32) is { } other)
            throw new ArgumentException(
                $"The {role} has weights of {other.dtype}, but training in {precision} needs float32 ones, which are cast "
                + "where that is safe: call to(float32) first, or use Precision.Float32.");

        _scaler = precision == Precision.Float16 ? new LossScaler() : null;
        _optimizer = createOptimizer(_trainable)
            ?? throw new ArgumentException($"The function that makes the {role}'s optimiser returned null.");
        if (!_optimizer.parameters().Any(known => Array.Exists(_trainable, parameter => parameter.Handle == known.Handle)))
        {
            _optimizer.Dispose();
            throw new ArgumentException(
                $"The {role}'s optimiser was made for none of the {role}'s parameters: give it those that the options' "
                + "function is called with.");
        }

        _rates = [.. _optimizer.ParamGroups.Select(group => (group, group.LearningRate))];
    }

    /// <summary>A disposed network has no parameters, and other accesses to it fail with messages that do not say so.</summary>
    internal static void RequireAlive(string role, nn.Module network)
    {
        if (network.IsDisposed())
        {
            throw new ObjectDisposedException(
                network.GetType().Name,
                $"The {role} is disposed, and its weights with it: a trainer needs it for each step and each sample.");
        }
    }

    /// <summary>Where a weight has no numbers, there is nothing to move.</summary>
    internal static void RequireMovable(string role, nn.Module network, Device device)
    {
        foreach (var (name, parameter) in network.named_parameters())
            Guarded.RequireUsable(device, ($"{role}'s weights '{name}'", parameter));
    }

    /// <summary>Brings a network to a device.</summary>
    internal static T Move<T>(string role, T network, Device device)
        where T : nn.Module
    {
        try
        {
            return network.to(device);
        }
        catch (Exception error) when (Guarded.IsForeign(error))
        {
            throw Guarded.Explain(
                error, $"The {role} {network.GetType().Name} could not be brought to {device}", [], (role, network));
        }
    }

    /// <summary>A parameter of both would be frozen in the turn of the one, and so learn nothing from it.</summary>
    internal void RequireNothingSharedWith(NetworkState other)
    {
        var shared = _network.named_parameters().FirstOrDefault(
            named => other._parameters.Any(parameter => parameter.Handle == named.parameter.Handle));
        if (shared.parameter is not null)
        {
            throw new ArgumentException(
                $"The {_role} and the {other._role} share the parameter '{shared.name}' ({_role}'s name); each network "
                + "needs parameters of its own.");
        }
    }

    /// <summary>Moving a module replaces its parameters, and the optimiser would go on with the old ones.</summary>
    internal void RequireUnmoved()
    {
        var index = 0;
        foreach (var parameter in _network.parameters())
        {
            if (index >= _parameters.Length || !ReferenceEquals(parameter, _parameters[index++]))
                throw Moved();
        }

        if (index != _parameters.Length)
            throw Moved();

        Exception Moved()
        {
            RequireAlive(_role, _network);
            // Moving disposes the old ones too, but puts others in their places.
            if (_network.parameters().Count() < _parameters.Length
                && Array.FindIndex(_parameters, parameter => parameter.IsInvalid) is var gone and >= 0)
                return new ObjectDisposedException(_names[gone], $"The {_role}'s weight '{_names[gone]}' is disposed.");
            var device = _network.parameters().FirstOrDefault()?.device.ToString() ?? "nowhere";
            return new InvalidOperationException(
                $"The {_role} was moved or changed after its trainer was made (it is on {device} now, its optimiser holds "
                + "the parameters it had before). "
                + "Choose the device in TrainerOptions.Device, or make a new trainer after moving it.");
        }
    }

    /// <summary>Sets the learning rate to the given part of the optimiser's own.</summary>
    internal void ScaleLearningRate(double factor)
    {
        foreach (var (group, rate) in _rates)
            group.LearningRate = rate * factor;
    }

    /// <summary>The rate of each group of the optimiser, by the network's name, and its number where there are several.</summary>
    internal IEnumerable<KeyValuePair<string, double>> LearningRates => _rates.Select((entry, number) =>
        KeyValuePair.Create(_rates.Length == 1 ? _role : $"{_role}/{number}", entry.Group.LearningRate));

    /// <summary>What the optimiser was made with, group by group.</summary>
    internal IReadOnlyList<string> OptimizerSettings =>
    [
        .. _rates.Select((entry, number) => string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{_optimizer.GetType().Name} with LearningRate: {entry.Rate}{SettingsOf(number)}")),
    ];

    /// <summary>Drops the gradients, rather than zeroing them: backward then writes where it would add.</summary>
    internal void ClearGradients()
    {
        foreach (var parameter in _trainable)
            parameter.grad = null;
    }

    /// <summary>Adds a loss's gradients.</summary>
    internal void Backward(Tensor loss)
    {
        if (_scaler is null)
        {
            loss.backward();
            return;
        }

        using var scaled = _scaler.Scaled(loss);
        scaled.backward();
    }

    /// <summary>Lets gradients be replaced in place, such as by their mean over several processes, before anything is made of them.</summary>
    internal void Synchronize(Action<string, IReadOnlyList<Parameter>> synchronize)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        synchronize(_role, _trainable);
    }

    /// <summary>
    /// Clips where asked to, and updates the weights; not where a scaled loss was too large for its gradients.
    /// </summary>
    internal void Update(double? maxGradientNorm)
    {
        using var scope = NewDisposeScope();
        if (_scaler is not null && !_scaler.Unscale(_trainable.Select(parameter => parameter.grad).OfType<Tensor>()))
            return;
        if (maxGradientNorm is { } norm)
            GradientClipping.ClipNorm(_trainable, norm);
        _optimizer.step();
    }

    /// <summary>Weights, buffers, what modules keep themselves, the optimiser and the scale of losses.</summary>
    public void VisitState(StateVisitor visitor)
    {
        RequireUnmoved();
        visitor.Group("weights", weights =>
        {
            foreach (var (name, parameter) in _network.named_parameters())
                weights.Tensor(name, parameter);
        });
        Unlearned.VisitState(visitor);
        visitor.Part("optimizer", new OptimizerContent(
            _optimizer, _network.named_parameters().ToDictionary(named => named.parameter.Handle, named => named.name)));
        visitor.Part("scaler", _scaler);
        if (visitor.IsLoading)
            AutocastScope.ForgetCasts(); // a scope may be around, and its casts are of the other weights
    }

    private string SettingsOf(int group) => _optimizer is OptimizerHelper known && known.state_dict().Options.ElementAtOrDefault(group) is { } options
        ? $", {Description.OfMembers(options, "LearningRate", "InitialLearningRate")}"
        : "";

    /// <summary>What a pass changes though no update follows: buffers, and what modules keep themselves.</summary>
    internal IStateful Unlearned => new UnlearnedState(_network);

    /// <summary>Stops gradients from reaching the weights until disposed: cheaper, and no gradients accumulate.</summary>
    internal IDisposable Freeze() => new Frozen(_parameters);

    public void Dispose() => _optimizer.Dispose();

    private sealed class Frozen : IDisposable
    {
        private readonly Parameter[] _frozen;

        internal Frozen(Parameter[] parameters)
        {
            _frozen = [.. parameters.Where(parameter => parameter.requires_grad)]; // the user may have frozen others
            SetRequiresGrad(false);
        }

        public void Dispose() => SetRequiresGrad(true);

        private void SetRequiresGrad(bool value)
        {
            foreach (var parameter in _frozen)
                parameter.requires_grad = value;
        }
    }
}
